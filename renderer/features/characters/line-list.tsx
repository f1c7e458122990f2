import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';

export interface LineListProps {
  readonly label: string;
  readonly help: string;
  readonly lines: readonly string[];
  /** How many there may be. */
  readonly limit: number;
  readonly onChange: (lines: string[]) => void;
  readonly problem: string | null;
}

/** Whole sentences, one box each. */
export function LineList({ label, help, lines, limit, onChange, problem }: LineListProps) {
  const { t } = useWords();
  const id = useId();
  return (
    <fieldset className="flex flex-col gap-2" aria-describedby={`${id}-help`}>
      <legend className="font-medium">{label}</legend>
      <p id={`${id}-help`} className="text-small text-ink-faint">
        {help}
      </p>
      {lines.map((line, index) => (
        // The place is the line's identity: two may read the same.
        <div key={index} className="flex items-start gap-1">
          <textarea
            aria-label={t('editor.line', { name: label, count: index + 1 })}
            aria-invalid={problem !== null}
            rows={1}
            value={line}
            autoFocus={line === ''}
            onChange={(event) => onChange(lines.map((other, at) => (at === index ? event.target.value : other)))}
            className="control field-sizing-content resize-none"
          />
          <IconButton
            label={t('editor.removeLine', { count: index + 1 })}
            icon={<X />}
            onClick={() => onChange(lines.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {problem && (
        <p role="alert" className="text-small text-bad">
          {problem}
        </p>
      )}
      {lines.length < limit && (
        <Button
          size="small"
          icon={<Plus />}
          className="self-start"
          aria-label={t('editor.addLineTo', { name: label })}
          onClick={() => onChange([...lines, ''])}
        >
          {t('editor.addLine')}
        </Button>
      )}
    </fieldset>
  );
}

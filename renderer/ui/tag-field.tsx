import { X } from 'lucide-react';
import { useState } from 'react';
import { useWords } from '../data/words.ts';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { Field as Base } from '@base-ui/react/field';

export interface TagFieldProps {
  readonly label: string;
  readonly help: string;
  readonly tags: readonly string[];
  readonly onChange: (tags: string[]) => void;
  readonly problem: string | null;
  /** How a tag is shown: `code` for what is written exactly. */
  readonly look?: 'plain' | 'code';
}

/** A handful of words. Enter adds what is written; Backspace in an empty box takes the last one back to be rewritten. */
export function TagField({ label, help, tags, onChange, problem, look = 'plain' }: TagFieldProps) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const add = (): void => {
    const tag = text.trim();
    if (tag !== '' && !tags.includes(tag)) onChange([...tags, tag]);
    setText('');
  };
  return (
    <Field label={label} help={help} problem={problem}>
      {tags.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {tags.map((tag) => (
            <li key={tag} className="inline-flex min-h-8 items-center gap-1 rounded-full bg-lamp-wash pl-3 text-ink">
              <span
                dir="auto"
                className={
                  look === 'code' && tag.startsWith('/') ? 'min-w-0 font-mono break-all' : 'min-w-0 break-words'
                }
              >
                {tag}
              </span>
              <button
                type="button"
                aria-label={t('ui.remove', { name: tag })}
                onClick={() => onChange(tags.filter((other) => other !== tag))}
                className="grid size-8 place-items-center rounded-full text-ink-faint hover:text-ink"
              >
                <X className="size-3.5" aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex gap-2">
        <Base.Control
          className="control"
          value={text}
          onValueChange={setText}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Enter') {
              event.preventDefault();
              add();
            } else if (event.key === 'Backspace' && text === '' && tags.length > 0) {
              event.preventDefault();
              setText(tags.at(-1) ?? '');
              onChange(tags.slice(0, -1));
            }
          }}
        />
        <Button aria-label={t('ui.addTo', { name: label })} disabled={text.trim() === ''} onClick={add}>
          {t('ui.add')}
        </Button>
      </div>
    </Field>
  );
}

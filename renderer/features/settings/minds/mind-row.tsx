import { ArrowDown, ArrowUp, Ellipsis, GripVertical, Pencil, Trash2 } from 'lucide-react';
import { Switch as BaseSwitch } from '@base-ui/react/switch';
import type { Provider } from '#shared/settings/contract.ts';
import { useCommand } from '../../../data/use-command.ts';
import { useWords } from '../../../data/words.ts';
import { Badge } from '../../../ui/badge.tsx';
import { cx } from '../../../ui/cx.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { ListRow } from '../../../ui/list.tsx';
import { Menu } from '../../../ui/menu.tsx';
import { TestLine } from './test-line.tsx';
import { useState } from 'react';
import { Sparkles } from 'lucide-react';

export interface MindRowProps {
  readonly provider: Provider;
  readonly rung: 'off' | 'device' | 'primary' | 'secondary' | 'later';
  readonly dragged: boolean;
  readonly onDrag: (id: string | null) => void;
  readonly onDropHere: () => void;
  /** Null at the end it cannot go past. */
  readonly onUp: (() => void) | null;
  readonly onDown: (() => void) | null;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

export function MindRow({ provider, rung, dragged, onDrag, onDropHere, onUp, onDown, onEdit, onRemove }: MindRowProps) {
  const { t } = useWords();
  const { name } = provider;
  const [testing, setTesting] = useState(false);
  return (
    <ListRow
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        onDropHere();
      }}
      className={cx('flex-wrap', dragged && 'opacity-50')}
    >
      <span
        draggable
        title={t('minds.grab', { name })}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move';
          event.dataTransfer.setData('text/plain', name);
          onDrag(provider.id);
        }}
        onDragEnd={() => onDrag(null)}
        className="-ml-2 grid size-8 shrink-0 cursor-grab place-items-center text-ink-faint"
      >
        <GripVertical className="size-5" aria-hidden="true" />
      </span>
      <div className="min-w-0 flex-1 basis-40">
        <div className="truncate">{name}</div>
        <div className="truncate text-small text-ink-faint">{describe(provider) || t('minds.noModel')}</div>
      </div>
      <Badge tone={rung === 'primary' ? 'lamp' : 'plain'}>
        {rung === 'off' ? t('minds.off') : t(`minds.rung.${rung}`)}
      </Badge>
      <Enabled provider={provider} />
      <div className="flex">
        <IconButton
          size="small"
          label={t('ui.moveUp', { name })}
          icon={<ArrowUp />}
          disabled={onUp === null}
          onClick={() => onUp?.()}
        />
        <IconButton
          size="small"
          label={t('ui.moveDown', { name })}
          icon={<ArrowDown />}
          disabled={onDown === null}
          onClick={() => onDown?.()}
        />
        <Menu
          entries={[
            { label: t('ui.edit'), icon: <Pencil />, onSelect: onEdit },
            { label: t('minds.test'), icon: <Sparkles />, onSelect: () => setTesting(true) },
            'separator',
            { label: t('ui.delete'), icon: <Trash2 />, danger: true, onSelect: onRemove },
          ]}
        >
          <IconButton size="small" label={t('minds.actions', { name })} icon={<Ellipsis />} />
        </Menu>
      </div>
      {testing && (
        <div className="basis-full">
          <TestLine request={{ providerId: provider.id }} />
        </div>
      )}
    </ListRow>
  );
}

function Enabled({ provider }: { readonly provider: Provider }) {
  const { t } = useWords();
  const update = useCommand((client) => client.settings.updateProvider);
  return (
    <BaseSwitch.Root
      aria-label={t('minds.enabled', { name: provider.name })}
      checked={provider.enabled}
      onCheckedChange={(enabled) => void update.run({ providerId: provider.id, changes: { enabled } })}
      className="flex h-6 w-11 shrink-0 rounded-full border border-line-strong bg-sunken p-0.5 transition-colors data-checked:border-lamp-ink data-checked:bg-lamp"
    >
      <BaseSwitch.Thumb className="aspect-square h-full rounded-full bg-line-strong transition-[translate,background-color] data-checked:translate-x-5 data-checked:bg-on-lamp" />
    </BaseSwitch.Root>
  );
}

function describe({ kind, model, baseUrl, modelPath }: Provider): string {
  if (kind === 'gguf') return modelPath ?? '';
  return [model, URL.parse(baseUrl ?? '')?.host].filter(Boolean).join(' · ');
}

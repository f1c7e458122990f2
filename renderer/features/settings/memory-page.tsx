import { LibraryBig } from 'lucide-react';
import { useNavigation } from '../../data/navigation.ts';
import { useSettings } from '../../data/settings.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Switch } from '../../ui/switch.tsx';

export function MemoryPage() {
  const { t } = useWords();
  const { values, set } = useSettings();
  const { go } = useNavigation();
  return (
    <>
      <Card>
        <Switch
          label={t('settings.memory.on')}
          help={t('settings.memory.onHelp')}
          checked={values.memory}
          onChange={(memory) => void set({ memory })}
        />
      </Card>
      <div>
        <Button icon={<LibraryBig />} onClick={() => go({ place: 'memory', characterId: null })}>
          {t('settings.memory.room')}
        </Button>
      </div>
    </>
  );
}

import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { hrefOf, NavigationContext, parseRoute, type Route } from '../data/navigation.ts';
import { useWords } from '../data/words.ts';
import { Confirm } from '../ui/dialog.tsx';

/** Places live behind `#` in the address, so back, forward, reload and links work as everywhere. */
export function NavigationProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useWords();
  const [hash, setHash] = useState(() => location.hash);
  const [wanted, setWanted] = useState<string | null>(null);
  const guards = useRef(new Set<symbol>());
  const current = useRef(hash);

  const show = useCallback((next: string) => {
    current.current = next;
    setHash(next);
  }, []);
  const leaveFor = useCallback(
    (next: string) => {
      if (location.hash !== next) history.pushState(null, '', next);
      show(next);
    },
    [show],
  );
  const go = useCallback(
    (route: Route) => {
      const next = hrefOf(route);
      if (guards.current.size > 0 && next !== current.current) setWanted(next);
      else leaveFor(next);
    },
    [leaveFor],
  );
  const hold = useCallback(() => {
    const guard = Symbol('guard');
    guards.current.add(guard);
    return () => {
      guards.current.delete(guard);
    };
  }, []);

  useEffect(() => {
    const onChange = (): void => {
      if (location.hash === current.current) return;
      if (guards.current.size === 0) return show(location.hash);
      setWanted(location.hash);
      history.pushState(null, '', current.current);
    };
    const onUnload = (event: BeforeUnloadEvent): void => {
      if (guards.current.size > 0) event.preventDefault();
    };
    addEventListener('hashchange', onChange);
    addEventListener('popstate', onChange);
    addEventListener('beforeunload', onUnload);
    return () => {
      removeEventListener('hashchange', onChange);
      removeEventListener('popstate', onChange);
      removeEventListener('beforeunload', onUnload);
    };
  }, [show]);

  const navigation = useMemo(() => ({ route: parseRoute(hash), go, hold }), [hash, go, hold]);
  return (
    <NavigationContext value={navigation}>
      {children}
      <Confirm
        open={wanted !== null}
        title={t('leave.title')}
        description={t('leave.body')}
        confirmLabel={t('leave.leave')}
        cancelLabel={t('leave.stay')}
        onCancel={() => setWanted(null)}
        onConfirm={() => {
          guards.current.clear();
          if (wanted !== null) leaveFor(wanted);
          setWanted(null);
        }}
      />
    </NavigationContext>
  );
}

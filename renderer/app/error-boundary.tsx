import { Component, type ReactNode } from 'react';
import { useWords } from '../data/words.ts';
import { Button } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';

interface Props {
  readonly children: ReactNode;
  /** A change of this tries again, e.g. the route. */
  readonly attempt?: string;
}

interface State {
  readonly error: Error | null;
  readonly attempt: string | undefined;
}

/** Shows what broke below it instead of an empty window. The one class: React has no other way to catch a render. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, attempt: this.props.attempt };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.attempt === state.attempt ? null : { error: null, attempt: props.attempt };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? (
      this.props.children
    ) : (
      <Broken error={error} onRetry={() => this.setState({ error: null })} />
    );
  }
}

function Broken({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  const { t } = useWords();
  return (
    <main className="grid h-full place-items-center overflow-y-auto">
      <ErrorState
        words={{
          title: t('crash.title'),
          advice: t('crash.body'),
          code: `page/${error.name}: ${error.message.slice(0, 200)}`,
        }}
        onRetry={onRetry}
      >
        <Button
          look="ghost"
          onClick={() => {
            location.hash = '#/';
            location.reload();
          }}
        >
          {t('crash.home')}
        </Button>
      </ErrorState>
    </main>
  );
}

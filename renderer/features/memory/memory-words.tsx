import { CalendarHeart, Heart, type LucideIcon, Star, Tag, Users } from 'lucide-react';
import type { MemoryKind } from '#shared/memory/contract.ts';
import type { Words } from '../../data/words.ts';

export const KIND_ICONS: Readonly<Record<MemoryKind, LucideIcon>> = {
  event: CalendarHeart,
  preference: Heart,
  relationship: Users,
  significant: Star,
  fact: Tag,
};

/** Whom a memory is about, as the person would say it. */
export function subjectWords(subject: string, companion: string, { t }: Words): string {
  if (subject === 'person') return t('memory.you');
  return subject === 'companion' ? companion : subject;
}

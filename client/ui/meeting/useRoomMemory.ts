import { type SetStateAction, useState } from 'react';
import { type ChatDraft, emptyDraft } from '../chat/draft.ts';
import type { PanelName } from './RoomPanel.tsx';

/** What a person was at; it outlives a lost place in the meeting, which takes the room off the page for a while. */
export interface RoomMemory {
  /** What is being written. */
  readonly draft: ChatDraft;
  readonly onDraft: (draft: ChatDraft) => void;
  /** The open panel. */
  readonly panel: PanelName | null;
  readonly onPanel: (panel: SetStateAction<PanelName | null>) => void;
}

/** What the person had open and had begun to type, kept while they go between rooms. */
export function useRoomMemory(): RoomMemory {
  const [draft, onDraft] = useState(emptyDraft);
  const [panel, onPanel] = useState<PanelName | null>(null);
  return { draft, onDraft, panel, onPanel };
}

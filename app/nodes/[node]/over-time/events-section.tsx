"use client";

import { useApiClient } from "@/app/api-provider";
import { EventList } from "@/components/node/event-list";
import { type Note, NoteForm } from "@/components/node/note-form";
import { type PanelQuery, QueryPanel } from "@/components/node/query-panel";
import { Section } from "@/components/ui/section";
import type { NodeEvent } from "@/server/core/series/history";

interface EventsSectionProps {
  readonly node: string;
  readonly zone: string;
  readonly query: PanelQuery<NodeEvent[]>;
  /** The chosen moment, which a note then stands at. */
  readonly momentMs: number | undefined;
  /** Where a note stands when no moment is chosen. */
  readonly presentMs: number;
  readonly onMoment: (ms: number) => void;
  readonly onChange: () => Promise<unknown>;
}

/** What happened in the span that is shown, and what people add to it. */
export function EventsSection(props: EventsSectionProps) {
  const { node, zone, query, momentMs, presentMs, onMoment, onChange } = props;
  const { nodes } = useApiClient();

  async function addNote(note: Note): Promise<void> {
    await nodes.addNote.mutate({ node, atMs: momentMs ?? presentMs, ...note });
    await onChange();
  }

  async function removeNote(id: string): Promise<void> {
    await nodes.removeNote.mutate({ node, id });
    await onChange();
  }

  return (
    <Section id="events" title="What happened">
      <QueryPanel query={query} what="the events" placeholder="h-24">
        {(known) => (
          <EventList events={known} zone={zone} onMoment={onMoment} onRemoveNote={removeNote} />
        )}
      </QueryPanel>
      <NoteForm atMs={momentMs} zone={zone} onAdd={addNote} />
    </Section>
  );
}

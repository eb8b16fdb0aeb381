import { ActionIcon, Select } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { TelegramSettings } from '../../../shared/contract/telegram.ts'
import { useAppData } from '../../app/app-data.ts'
import { changeTelegram } from '../../app/telegram.ts'
import { safeText } from '../../lib/safe-text.ts'
import { SafeText } from '../../ui/safe-text.tsx'
import { toastError } from '../../ui/toast.tsx'
import { ownWays, proxyIdOf, wayOutChoices, wayOutValue } from './way-out.ts'

/** Sources that go out another way than all the others. */
export function SourceWays({ settings }: { settings: TelegramSettings }) {
  const sources = useAppData((state) => state.sources) ?? []
  const own = ownWays(settings, sources)
  const others = sources.filter(({ id }) => own.every(({ source }) => source.id !== id))
  const set = (sourceId: string, proxyId: string | null | undefined) => {
    const kept = Object.entries(settings.sourceProxies).filter(([id]) => id !== sourceId)
    const sourceProxies = Object.fromEntries(proxyId === undefined ? kept : [...kept, [sourceId, proxyId]])
    changeTelegram({ sourceProxies }).catch(toastError)
  }
  return (
    <>
      {own.length > 0 && (
        <ul className="plain-list proxies" aria-label="Sources with a way out of their own">
          {own.map(({ source, proxyId }) => {
            const name = safeText(source.name, 60)
            return (
              <li key={source.id} className="setting-line">
                <SafeText text={source.name} className="setting-words ellipsis" maxChars={80} />
                <Select
                  size="xs"
                  aria-label={`Way out of ${name}`}
                  data={wayOutChoices(settings)}
                  allowDeselect={false}
                  value={wayOutValue(proxyId)}
                  onChange={(value) => set(source.id, proxyIdOf(value))}
                />
                <ActionIcon
                  size={26}
                  aria-label={`${name}: like all the others`}
                  onClick={() => set(source.id, undefined)}
                >
                  <IconX size={14} aria-hidden />
                </ActionIcon>
              </li>
            )
          })}
        </ul>
      )}
      {others.length > 0 && (
        <Select
          size="xs"
          aria-label="Another way out for one source"
          placeholder="Another way out for one source…"
          data={others.map(({ id, name }) => ({ value: id, label: safeText(name, 60) }))}
          value={null}
          onChange={(sourceId) => {
            // Begins with the other of the two most common ways.
            if (sourceId !== null) set(sourceId, settings.proxyId === null ? (settings.proxies[0]?.id ?? null) : null)
          }}
        />
      )}
    </>
  )
}

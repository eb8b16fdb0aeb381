import { Button } from '@mantine/core'
import type { TelegramSettings } from '../../../shared/contract/telegram.ts'
import { openDialog } from '../../app/dialogs.ts'
import { takeTelegram } from '../../app/telegram.ts'
import { api } from '../../lib/client.ts'
import { toastError } from '../../ui/toast.tsx'

/** API ids beside the general one: a session that stores one of them is asked under it. */
export function FurtherApps({ settings: { apiId, moreApiIds } }: { settings: TelegramSettings }) {
  // The first one is asked for by its own line.
  if (apiId === null) return null
  const remove = (id: number) => api().telegram.removeApp({ apiId: id }).then(takeTelegram, toastError)
  return (
    <>
      <div className="setting-line">
        <div className="setting-words">
          <strong>Further API ids</strong>
          <div className="dim">A session that stores one of these is asked under it, all others under {apiId}.</div>
        </div>
        <Button
          size="xs"
          variant="default"
          aria-label="Add a further API id"
          onClick={() => openDialog('telegram-app', { further: true })}
        >
          Add…
        </Button>
      </div>
      {moreApiIds.length > 0 && (
        <ul className="plain-list proxies" aria-label="Further API ids">
          {moreApiIds.map((id) => (
            <li key={id} className="setting-line">
              <div className="setting-words">
                <div>{id}</div>
                <div className="dim">hash kept, sealed</div>
              </div>
              <Button
                size="xs"
                variant="default"
                aria-label={`Remove the API id ${id}`}
                onClick={() => void remove(id)}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

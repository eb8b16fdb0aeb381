import './known-places.css'
import { useEffect, useState } from 'react'
import type { Suggestion } from '../../shared/contract/sources.ts'
import { api } from '../lib/client.ts'
import { SafeText } from './safe-text.tsx'

interface Props {
  /** Said above them: "On this machine". */
  title: string
  disabled: boolean
  /** Places that are a source already are left out. */
  onlyNew?: boolean
  onPick: (place: Suggestion) => void
}

/** Folders of known programs that are on this machine, by name; nothing where there are none. */
export function KnownPlaces({ title, disabled, onlyNew = false, onPick }: Props) {
  const [places, setPlaces] = useState<readonly Suggestion[]>([])
  useEffect(() => {
    let gone = false
    api()
      .sources.suggestions()
      // They are an offer: without them everything still works.
      .then(
        (found) => !gone && setPlaces(found),
        () => {},
      )
    return () => {
      gone = true
    }
  }, [])
  const shown = places.filter(({ sourceId }) => !onlyNew || sourceId === null)
  if (shown.length === 0) return null
  return (
    <section className="known-places" aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {shown.map((place) => (
          <li key={place.path}>
            <button type="button" className="known-place" disabled={disabled} onClick={() => onPick(place)}>
              <strong>{place.name}</strong>
              <span className="dim small ellipsis">
                <SafeText text={place.location} maxChars={120} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

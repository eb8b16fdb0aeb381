import { safeText } from '../lib/safe-text.ts'

interface Props {
  text: string
  className?: string
  /** Longer text is cut; the tooltip shows up to 2000 characters. */
  maxChars?: number
  /** Said in the tooltip instead of the whole text. */
  title?: string
}

/** Text from outside (file names, peer names), kept in its own direction and with its control characters visible. */
export function SafeText({ text, className, maxChars, title = text }: Props) {
  const shown = safeText(text, maxChars)
  return (
    <bdi className={className} title={safeText(title, 2000)}>
      {shown}
    </bdi>
  )
}

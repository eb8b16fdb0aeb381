/** The connection was lost; it is being made again. What is on screen may be old. */
export function LostBanner() {
  return (
    <div className="lost-banner" role="alert">
      The connection to Session Deck was lost. Trying again… What you see may be out of date.
    </div>
  )
}

import { Notice } from '../../ui/notice.tsx'

/** What a check does and what Telegram sees of it: said before the first one, and on asking later on. */
export function Explanation() {
  return (
    <Notice>
      <ul className="check-explained">
        <li>
          <strong>What it does.</strong> One connection to the data centre of each session, with its own key, and one
          question: “who am I?”. Nothing is read, sent or marked as read, and no file is written to.
        </li>
        <li>
          <strong>What Telegram sees.</strong> Your address or your proxy’s, your API id, and the words “Session Deck”.
          The login’s last-active time moves, and its name in the Devices list may change until its own program connects
          again.
        </li>
        <li>
          <strong>What can go wrong.</strong> A key that is used in two places at once is ended by Telegram for good.
          Sessions in use on this machine are left out; a bot on another machine cannot be seen from here, so do not
          check what runs there.
        </li>
      </ul>
      <p className="dim check-docs">More in the documentation, under “Asking Telegram”.</p>
    </Notice>
  )
}

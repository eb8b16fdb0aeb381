/** Absolute path of a dropped or picked file, null where the shell cannot tell (plain browser). */
export function pathForFile(file: File): string | null {
  const path = window.sessionDeck?.pathForFile(file)
  return path === undefined || path === '' ? null : path
}

/** A file without a path that the other side could read, and its way within what was dropped or picked. */
export interface Upload {
  file: File
  /** "tdata/key_datas"; its name alone where no folder was handed over. */
  path: string
}

/** Gives a file's bytes to the headless shell; answers the id for `imports.stageUploads`. @throws UploadError */
export async function uploadFile({ file, path }: Upload): Promise<string> {
  const response = await fetch(`/transfer?name=${encodeURIComponent(path)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  })
  if (!response.ok) throw new UploadError(response.status === 413 ? 'too-large' : 'refused')
  const { id } = (await response.json()) as { id: string }
  return id
}

class UploadError extends Error {
  readonly reason: 'too-large' | 'refused'

  constructor(reason: 'too-large' | 'refused') {
    super(reason)
    this.name = 'UploadError'
    this.reason = reason
  }
}

/** Starts the download of a link that a call answered. The link works once. */
export function startDownload(link: string): void {
  const anchor = document.createElement('a')
  anchor.href = link
  anchor.download = ''
  anchor.click()
}

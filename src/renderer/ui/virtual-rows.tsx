import {
  type HTMLAttributes,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { scrollTopFor, type VirtualInput, virtualWindow } from '../lib/virtual-window.ts'

export interface VirtualRowsHandle {
  /** Brings a row into view with the least movement. */
  scrollTo(index: number): void
  /** Rows that fit on screen. */
  pageRows(): number
  focus(): void
}

interface Props extends Omit<HTMLAttributes<HTMLDivElement>, 'children'> {
  count: number
  rowPx: number
  renderRow: (index: number) => ReactNode
  /** Sticks to the top of the scroller. */
  header?: ReactNode
  headerPx?: number
  overscan?: number
  handle?: Ref<VirtualRowsHandle>
  /** Told which rows are drawn, after every change. */
  onWindow?: (first: number, end: number) => void
  /** A new value scrolls back to the top. */
  resetKey?: string
}

/** Draws the visible rows of a long list of equally high rows. Attributes go to the scrolling element. */
export function VirtualRows(props: Props) {
  const { count, rowPx, renderRow, header, headerPx = 0, overscan = 10, handle, onWindow, resetKey, ...rest } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [viewportPx, setViewportPx] = useState(800)
  const [scrollTopPx, setScrollTopPx] = useState(0)
  const input: VirtualInput = { count, rowPx, viewportPx: Math.max(0, viewportPx - headerPx), scrollTopPx, overscan }
  const { first, end, offsetPx, bodyPx } = virtualWindow(input)

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const measure = () => setViewportPx(element.clientHeight)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useLayoutEffect(() => {
    if (scroller.current !== null) scroller.current.scrollTop = 0
  }, [resetKey])

  useEffect(() => onWindow?.(first, end), [onWindow, first, end])

  useImperativeHandle(handle, () => ({
    scrollTo(index) {
      const element = scroller.current
      if (element === null) return
      const top = scrollTopFor(index, { ...input, scrollTopPx: element.scrollTop })
      if (top !== element.scrollTop) element.scrollTop = top
    },
    pageRows: () => Math.max(1, Math.floor(input.viewportPx / rowPx) - 1),
    focus: () => scroller.current?.focus(),
  }))

  const rows: ReactNode[] = []
  for (let index = first; index < end; index += 1) rows.push(renderRow(index))
  return (
    <div
      {...rest}
      ref={scroller}
      className={`virtual-scroller ${rest.className ?? ''}`}
      onScroll={(event) => setScrollTopPx(event.currentTarget.scrollTop)}
    >
      {header}
      <div className="virtual-body" role="presentation" style={{ height: bodyPx }}>
        <div className="virtual-window" role="presentation" style={{ transform: `translateY(${offsetPx}px)` }}>
          {rows}
        </div>
      </div>
    </div>
  )
}

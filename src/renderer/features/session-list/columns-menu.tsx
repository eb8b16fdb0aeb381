import { Button, Checkbox, Popover } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import { changeSettings, useAppData } from '../../app/app-data.ts'
import { canHide, COLUMNS } from './columns.ts'
import { anyChecked } from './login-filter.ts'

const NONE: readonly string[] = []

/** Which columns the list shows. Narrow windows leave the less important ones out by themselves. */
export function ColumnsMenu() {
  const checked = useAppData(({ counts }) => counts !== null && anyChecked(counts))
  const hidden = useAppData((state) => state.settings?.hiddenColumns) ?? NONE
  return (
    <Popover position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={15} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="filter-menu columns-menu">
        <fieldset>
          <legend>Columns</legend>
          {COLUMNS.filter(canHide).map(({ id, label }) => (
            <Checkbox
              key={id}
              label={label}
              checked={!hidden.includes(id)}
              onChange={(event) =>
                void changeSettings({
                  hiddenColumns: event.currentTarget.checked ? hidden.filter((known) => known !== id) : [...hidden, id],
                })
              }
            />
          ))}
        </fieldset>
        {!checked && !hidden.includes('login') && (
          <p className="faint small">“Login” appears once a login was checked.</p>
        )}
        <p className="faint small">A narrow window leaves some out by itself.</p>
      </Popover.Dropdown>
    </Popover>
  )
}

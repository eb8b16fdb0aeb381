import { configure } from '@testing-library/dom'

// A query gives up after a second by itself: too soon on a machine that is busy with the other half of the tests.
configure({ asyncUtilTimeout: 10_000 })

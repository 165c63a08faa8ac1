/** Checks how the reports of the test runners are counted. */
import { expect, test } from 'vitest'
import { countJourneys, countUnit } from './steps'

test('a suite that could not be loaded is a failure even without a failed test', () => {
  expect(countUnit('{"numPassedTests":5,"numFailedTests":0,"numFailedTestSuites":1}')).toEqual({ passed: 5, failed: 1 })
  expect(countUnit('{"numPassedTests":5,"numFailedTests":2,"numFailedTestSuites":1}')).toEqual({ passed: 5, failed: 2 })
})

test('a skipped or flaky journey is a failed one', () => {
  const stats = { expected: 4, unexpected: 1, flaky: 1, skipped: 1 }
  expect(countJourneys(JSON.stringify({ stats }))).toEqual({ passed: 4, failed: 3 })
})

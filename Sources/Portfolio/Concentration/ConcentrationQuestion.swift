import Kernel

/// What concentration is asked for: which days count, and which two periods retention compares.
package struct ConcentrationQuestion: Sendable, Equatable, Hashable {
  package enum Window: Sendable, Equatable, Hashable {
    case all
    /// So many days up to the last complete day.
    case trailing(Int)
    case span(Period)
  }

  package let window: Window
  /// nil: the window is cut in halves.
  package let base: Period?
  package let later: Period?
  /// The name of the scenario the settings come from.
  package let scenario: String?

  package init(window: Window = .trailing(365), base: Period? = nil, later: Period? = nil, scenario: String? = nil) {
    self.window = window
    self.base = base
    self.later = later
    self.scenario = scenario
  }

  package init(_ scenario: Scenario) {
    let window: Window =
      switch scenario.window.kind {
      case .all: .all
      case .trailing: .trailing(scenario.window.days ?? 365)
      case .span:
        if let first = scenario.window.first, let last = scenario.window.last {
          .span(Period(first: first, last: last))
        } else {
          .all
        }
      }
    self.init(
      window: window, base: scenario.base?.period, later: scenario.later?.period, scenario: scenario.name)
  }

  /// The days that count, given the first and the last day of the data.
  func period(first: Day, last: Day) -> Period {
    switch window {
    case .all: Period(first: first, last: last)
    case .trailing(let days): Period(from: last.adding(days: 1 - days), until: last.adding(days: 1))
    case .span(let period): period
    }
  }

  /// The two periods retention compares.
  func retention(in window: Period) -> (base: Period, later: Period) {
    if let base, let later { return (base, later) }
    let middle = window.from.adding(days: window.days / 2)
    return (Period(from: window.from, until: middle), Period(from: middle, until: window.until))
  }
}

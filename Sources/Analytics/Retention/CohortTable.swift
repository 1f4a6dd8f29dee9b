import Kernel

/// Customers grouped by the period of their first purchase, and how many of each group bought in every period since
/// (domain F27).
///
/// Purchases after the last complete day are left out. A period that runs beyond that day is marked incomplete: its
/// share can still rise.
public struct CohortTable: Sendable, Equatable {
  /// One cohort in one period.
  public struct Cell: Sendable, Equatable {
    /// Periods since the cohort's own, which is 0.
    public let offset: Int
    /// Customers of the cohort with a purchase in the period.
    public let active: Int
    /// `active` over the cohort's customers.
    public let share: Double
    /// What the cohort bought in the period; nil when no values were given.
    public let value: Double?
    /// False when the period ends after the last complete day.
    public let isComplete: Bool
  }

  /// The customers whose first purchase falls in one period.
  public struct Cohort: Sendable, Equatable {
    public let period: Period
    public let customers: Int
    /// From offset 0 to the last period that has begun.
    public let cells: [Cell]
  }

  /// All cohorts together at one offset; only complete cells count.
  public struct Pooled: Sendable, Equatable {
    public let offset: Int
    public let customers: Int
    public let active: Int
    public let share: Double
  }

  public let grid: PeriodGrid
  /// Cohorts with at least one customer, oldest first.
  public let cohorts: [Cohort]
  /// The most periods a table may span.
  public static let limit = 600

  /// One row for each purchase.
  /// - Parameters:
  ///   - customers: which customer bought: an index from 0.
  ///   - days: when.
  ///   - values: for how much; nil to count heads only.
  ///   - grid: weeks, months or quarters as the company cuts them.
  ///   - lastCompleteDay: the last day whose purchases are all in.
  /// - Throws: `Problem` when the columns differ in length, an index is negative or beyond twenty million, a value
  ///   is not finite, or the purchases span more than 600 periods.
  public init(
    customers: [Int], days: [Day], values: [Double]? = nil, grid: PeriodGrid, lastCompleteDay: Day
  ) throws {
    try requireSameCount("days", days.count, as: customers.count)
    try requireSameCount("values", values?.count ?? customers.count, as: customers.count)
    try values?.requireFinite("values")
    guard customers.allSatisfy({ (0..<20_000_000).contains($0) }) else {
      throw Problem(
        .invalid, field: "customers", "A customer number is outside 0 to 19,999,999.",
        mend: "Number the customers from 0 without gaps.")
    }
    self.grid = grid
    let purchases = customers.indices.filter { days[$0] <= lastCompleteDay }
    guard let first = purchases.lazy.map({ days[$0] }).min() else {
      cohorts = []
      return
    }
    let periods = try CohortTable.periods(grid, from: first, to: lastCompleteDay)
    let numbers = CohortTable.numbers(periods, from: first, to: lastCompleteDay)
    var tally = Tally(customers: (customers.max() ?? 0) + 1, periods: periods.count)
    let ordered = CohortTable.byPeriod(purchases, periods.count) { numbers[days[$0].days(since: first)] }
    for row in ordered { tally.count(customers[row], numbers[days[row].days(since: first)], values?[row]) }
    cohorts = tally.cohorts(periods, hasValues: values != nil, lastCompleteDay: lastCompleteDay)
  }

  /// The share of all customers old enough, by periods since their first purchase.
  public var pooled: [Pooled] {
    let longest = cohorts.map(\.cells.count).max() ?? 0
    return (0..<longest).compactMap { offset in
      let cells = cohorts.filter { offset < $0.cells.count && $0.cells[offset].isComplete }
      let customers = cells.reduce(0) { $0 + $1.customers }
      let active = cells.reduce(0) { $0 + $1.cells[offset].active }
      guard customers > 0 else { return nil }
      return Pooled(
        offset: offset, customers: customers, active: active, share: Double(active) / Double(customers))
    }
  }

  /// The rows in order of their periods, by counting.
  private static func byPeriod(_ rows: [Int], _ periods: Int, _ period: (Int) -> Int) -> [Int] {
    var starts = [Int](repeating: 0, count: periods + 1)
    for row in rows { starts[period(row) + 1] += 1 }
    for number in 0..<periods { starts[number + 1] += starts[number] }
    var ordered = rows
    for row in rows {
      let number = period(row)
      ordered[starts[number]] = row
      starts[number] += 1
    }
    return ordered
  }

  /// Every period from the one with the first day to the one with the last.
  private static func periods(_ grid: PeriodGrid, from first: Day, to last: Day) throws -> [Period] {
    var periods: [Period] = []
    var next = grid.start(of: first)
    while next <= last {
      guard periods.count < limit else {
        throw Problem(
          .tooLarge, field: "days", "The purchases span more than \(limit) periods.",
          mend: "Take longer periods or a shorter window.")
      }
      periods.append(Period(from: next, until: grid.next(after: next)))
      next = grid.next(after: next)
    }
    return periods
  }

  /// The period's number for each day from the first to the last.
  private static func numbers(_ periods: [Period], from first: Day, to last: Day) -> [Int] {
    var numbers: [Int] = []
    numbers.reserveCapacity(last.days(since: first) + 1)
    for (number, period) in periods.enumerated() {
      let days = min(period.until, last.adding(days: 1)).days(since: max(period.from, first))
      numbers.append(contentsOf: repeatElement(number, count: max(0, days)))
    }
    return numbers
  }
}

/// The table while purchases are counted in order of time: who began when, and who was last seen when.
private struct Tally {
  private let periods: Int
  private var began: [Int32]
  private var lastSeen: [Int32]
  private var active: [Int]
  private var value: [CompensatedSum]

  init(customers: Int, periods: Int) {
    self.periods = periods
    began = Array(repeating: -1, count: customers)
    lastSeen = began
    active = Array(repeating: 0, count: periods * periods)
    value = Array(repeating: CompensatedSum(), count: periods * periods)
  }

  mutating func count(_ customer: Int, _ period: Int, _ amount: Double?) {
    if began[customer] < 0 { began[customer] = Int32(period) }
    let cohort = Int(began[customer])
    let cell = cohort * periods + period - cohort
    if let amount { value[cell].add(amount) }
    guard lastSeen[customer] != Int32(period) else { return }
    lastSeen[customer] = Int32(period)
    active[cell] += 1
  }

  func cohorts(_ calendar: [Period], hasValues: Bool, lastCompleteDay: Day) -> [CohortTable.Cohort] {
    calendar.indices.compactMap { cohort in
      let size = active[cohort * periods]
      guard size > 0 else { return nil }
      let cells = (0..<(periods - cohort)).map { offset in
        CohortTable.Cell(
          offset: offset, active: active[cohort * periods + offset],
          share: Double(active[cohort * periods + offset]) / Double(size),
          value: hasValues ? value[cohort * periods + offset].value : nil,
          isComplete: calendar[cohort + offset].last <= lastCompleteDay)
      }
      return CohortTable.Cohort(period: calendar[cohort], customers: size, cells: cells)
    }
  }
}

import Kernel

extension Array where Element == Double {
  /// Refuses NaN, infinity and magnitudes above 1e150 (whose squares could no longer be summed), naming the first
  /// such row.
  func requireFinite(_ field: String) throws {
    guard let index = firstIndex(where: { !(abs($0) <= 1e150) }) else { return }
    throw Problem(
      .invalid, field: field, "Row \(index + 1) is not a finite number of sensible size.",
      mend: "Leave that row out or give it a number.")
  }
}

/// Refuses two columns of different length.
func requireSameCount(_ field: String, _ count: Int, as expected: Int) throws {
  guard count == expected else {
    throw Problem(
      .invalid, field: field, "\(field) has \(count) rows where \(expected) are needed.",
      mend: "Give every customer one row in every column.")
  }
}

/// Refuses an empty column.
func requireRows(_ field: String, _ count: Int, atLeast least: Int = 1) throws {
  guard count >= least else {
    throw Problem(
      .invalid, field: field, "\(field) has \(count) rows; at least \(least) are needed.",
      mend: "Widen the window or the selection.")
  }
}

/// Refuses a probability or share outside the open interval from 0 to 1.
func requireOpenShare(_ field: String, _ value: Double) throws {
  guard value > 0, value < 1 else {
    throw Problem(
      .invalid, field: field, "\(field) must lie between 0 and 1, both excluded.",
      mend: "Give a share such as 0.95.")
  }
}

/// The sum with Neumaier's correction for lost low digits.
/// Source: Neumaier, ZAMM 54 (1974), 39-51.
struct CompensatedSum {
  private var sum = 0.0
  private var correction = 0.0

  var value: Double { sum + correction }

  mutating func add(_ term: Double) {
    let next = sum + term
    correction += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
    sum = next
  }
}

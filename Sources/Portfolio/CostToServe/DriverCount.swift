import Customers
import Kernel

/// How often, or how long, something was done for a customer. Missing is not zero.
package struct DriverCount: Sendable, Equatable, Codable {
  package var pieces: Double?
  package var minutes: Double?

  package init(pieces: Double? = nil, minutes: Double? = nil) {
    self.pieces = pieces
    self.minutes = minutes
  }

  package static let none = DriverCount(pieces: 0, minutes: 0)

  package var isUsable: Bool {
    [pieces, minutes].allSatisfy { $0.map { (0...1e15).contains($0) } ?? true }
  }

  package mutating func add(pieces: Double?, minutes: Double?) {
    if let pieces { self.pieces = (self.pieces ?? 0) + pieces }
    if let minutes { self.minutes = (self.minutes ?? 0) + minutes }
  }
}

extension [CostActivity: DriverCount] {
  /// Counts one customer's drivers in a period. An event without a count is one piece.
  /// - Parameter complete: the kinds that are written down for every customer, so that silence means none; a kind
  ///   outside it of which nothing is written stays missing.
  package init(_ drivers: some Sequence<CostDriver>, in period: Period, complete: Set<CostDriver.Kind>) {
    self = [:]
    for activity in complete.compactMap({ CostActivity($0) }) { self[activity] = DriverCount(pieces: 0) }
    for driver in drivers where period.contains(driver.day) {
      guard let activity = CostActivity(driver.kind) else { continue }
      self[activity, default: DriverCount()].add(pieces: driver.pieces ?? 1, minutes: driver.minutes)
    }
  }
}

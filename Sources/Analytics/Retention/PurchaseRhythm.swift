import Kernel

/// Whether a customer who buys without a contract is late by its own rhythm (domain F26).
///
/// Silence is not leaving: the words are "overdue" and "expected", never "gone".
public struct PurchaseRhythm: Sendable, Equatable {
  /// Where the usual gap comes from.
  public enum Source: String, Sendable, Codable, CaseIterable {
    /// The customer's own gaps, at least three.
    case own
    /// The segment's, because the customer has too few.
    case segment
    case unknown
  }

  /// How late the customer is.
  public enum State: String, Sendable, Codable, CaseIterable {
    case onTime, atRisk, lapsed
    /// No gap to compare with, and not silent for a year.
    case unknown
  }

  /// Whole days since the last purchase.
  public let daysSinceLast: Int
  /// The usual gap in days; nil when neither the customer nor the segment has one.
  public let usualGap: Double?
  public let source: Source

  /// - Parameters:
  ///   - days: purchase days in any order; a day with several purchases counts once, days after `asOf` not at all.
  ///   - segmentGap: the usual gap of customers alike, in days.
  ///   - asOf: the last complete day.
  /// - Throws: `Problem` when there is no purchase up to that day, or the segment's gap is not positive.
  public init(days: [Day], segmentGap: Double?, asOf: Day) throws {
    let purchases = Set(days.filter { $0 <= asOf }).sorted()
    guard let last = purchases.last else {
      throw Problem(
        .invalid, field: "days", "There is no purchase up to \(asOf).", mend: "Leave out customers who never bought.")
    }
    guard segmentGap.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw Problem(.invalid, field: "segmentGap", "The usual gap is not positive.", mend: "Leave it out if unknown.")
    }
    daysSinceLast = asOf.days(since: last)
    let gaps = zip(purchases.dropFirst(), purchases).map { Double($0.days(since: $1)) }.sorted()
    if gaps.count >= 3 {
      (usualGap, source) = (gaps.quantile(0.5), .own)
    } else {
      (usualGap, source) = (segmentGap, segmentGap == nil ? .unknown : .segment)
    }
  }

  /// Days since the last purchase over the usual gap: above 1 the next purchase is overdue.
  public var overdueIndex: Double? { usualGap.map { Double(daysSinceLast) / $0 } }

  /// At risk above twice the usual gap, lapsed above three times or after 365 days.
  public var state: State {
    if daysSinceLast > 365 { return .lapsed }
    guard let overdueIndex else { return .unknown }
    return overdueIndex > 3 ? .lapsed : overdueIndex > 2 ? .atRisk : .onTime
  }

  /// Whether spending in the last of four quarters fell below half the mean of the three before; nil when there are not
  /// four, or nothing was spent in those three.
  public static func isDeclining(quarters: [Double]) -> Bool? {
    guard quarters.count >= 4, let last = quarters.last else { return nil }
    let usual = quarters.dropLast().suffix(3).reduce(0, +) / 3
    return usual > 0 ? last < 0.5 * usual : nil
  }
}

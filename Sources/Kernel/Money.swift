/// An exact amount: whole minor units of one currency. Never a binary fraction.
public struct Money: Hashable, Sendable, Codable {
  public let minor: Int64
  public let currency: Currency

  public init(minor: Int64, _ currency: Currency) {
    self.minor = minor
    self.currency = currency
  }

  public static func zero(_ currency: Currency) -> Money { Money(minor: 0, currency) }

  /// The sum.
  /// - Throws: `Problem` when the currencies differ or the sum does not fit.
  public func adding(_ other: Money) throws -> Money {
    guard currency == other.currency else {
      throw Problem(
        .invalid, "\(currency) and \(other.currency) cannot be added.",
        mend: "Give an exchange rate for \(other.currency).")
    }
    let (sum, overflow) = minor.addingReportingOverflow(other.minor)
    guard !overflow else { throw Money.tooLarge }
    return Money(minor: sum, currency)
  }

  /// The amount in major units, for models and charts only; never stored.
  public var major: Double { Double(minor) / Double(currency.minorPerMajor) }

  /// The amount nearest to a number of major units.
  /// - Throws: `Problem` when the number is not finite or does not fit.
  public init(major: Double, _ currency: Currency) throws {
    let scaled = (major * Double(currency.minorPerMajor)).rounded()
    guard scaled.isFinite, let minor = Int64(exactly: scaled) else { throw Money.tooLarge }
    self.init(minor: minor, currency)
  }

  /// The largest magnitude accepted from outside, in minor units: nine thousand million million.
  public static let limit: Int64 = 9_000_000_000_000_000

  static let tooLarge = Problem(
    .invalid, "The amount is larger than the program can keep.", mend: "Enter a smaller amount.")
}

extension Money: CustomStringConvertible {
  /// Plain decimal text with a point, as programs write it: `-1234.50 EUR`.
  public var description: String { "\(plain) \(currency.code)" }

  /// Plain decimal text with a point and no grouping: `-1234.50`.
  public var plain: String {
    let digits = String(minor.magnitude)
    let places = currency.decimals
    let sign = minor < 0 ? "-" : ""
    guard places > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
  }
}

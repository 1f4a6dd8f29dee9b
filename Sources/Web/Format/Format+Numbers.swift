import Kernel

extension Format {
  /// A whole number with groups of three: `2,469`.
  package func count(_ number: some BinaryInteger) -> String {
    let digits = grouped(String(number.magnitude))
    return number < 0 ? Format.minus + digits : digits
  }

  /// A number to so many decimals, rounded half away from zero; `missing` for what is not a number.
  package func number(_ value: Double, decimals: Int = 0) -> String {
    guard value.isFinite else { return Format.missing }
    let places = min(max(decimals, 0), 9)
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded(.toNearestOrAwayFromZero)
    guard scaled < 9e18 else { return scientific(value) }
    let digits = String(UInt64(scaled))
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? Format.minus : ""
    guard places > 0 else { return sign + grouped(padded) }
    return sign + grouped(String(padded.dropLast(places))) + decimal + padded.suffix(places)
  }

  /// A share as per cent, to one decimal unless said otherwise: `32.6 %`.
  package func percent(_ share: Double, decimals: Int = 1) -> String {
    guard share.isFinite else { return Format.missing }
    return number(share * 100, decimals: decimals) + Format.space + "%"
  }

  /// A change of a share, with its sign: `+1.2 points`.
  package func points(_ difference: Double) -> String {
    let text = number(difference * 100, decimals: 1)
    return (difference > 0 ? "+" : "") + text + " points"
  }

  /// An exact amount: without cents from 1,000 up.
  package func money(_ amount: Money) -> String {
    let places = amount.minor.magnitude >= UInt64(1_000 * amount.currency.minorPerMajor) ? 0 : amount.currency.decimals
    return exact(amount, places: places)
  }

  /// An exact amount with all its decimals, as an invoice shows it.
  package func exactMoney(_ amount: Money) -> String { exact(amount, places: amount.currency.decimals) }

  /// A number of major units, as models give it, rounded as `money` is.
  package func money(_ major: Double, _ currency: Currency? = nil, decimals: Int? = nil) -> String {
    guard major.isFinite else { return Format.missing }
    let unit = currency ?? self.currency
    let places = decimals ?? (major.magnitude >= 1_000 ? 0 : unit.decimals)
    return signed(number(major.magnitude, decimals: places), isNegative: major < 0, unit)
  }

  /// A short form for axes and headlines: `12,300`, `1.2 million`.
  package func compact(_ value: Double) -> String {
    guard value.isFinite else { return Format.missing }
    let size = value.magnitude
    if let step = Format.steps.first(where: { size >= $0.from }) {
      let scaled = value / step.from
      return number(scaled, decimals: scaled.magnitude >= 100 ? 0 : trimmed(scaled)) + Format.space
        + step.name.translated
    }
    if size >= 100 || value == value.rounded() { return number(value) }
    return number(value, decimals: size < 1 ? 2 : 1)
  }

  /// `compact` with the currency: `€1.2 million`.
  package func compactMoney(_ major: Double, _ currency: Currency? = nil) -> String {
    guard major.isFinite else { return Format.missing }
    return signed(compact(major.magnitude), isNegative: major < 0, currency ?? self.currency)
  }

  static let missing = "missing"

  private static let steps: [(from: Double, name: String)] = [
    (1e12, "trillion"), (1e9, "billion"), (1e6, "million"),
  ]

  private func trimmed(_ value: Double) -> Int {
    (value * 10).rounded().truncatingRemainder(dividingBy: 10) == 0 ? 0 : 1
  }

  // Digits of the exact amount, so that nothing passes through a binary fraction.
  private func exact(_ amount: Money, places: Int) -> String {
    let kept = min(max(places, 0), amount.currency.decimals)
    var step: UInt64 = 1
    for _ in kept..<amount.currency.decimals { step *= 10 }
    let (quotient, rest) = amount.minor.magnitude.quotientAndRemainder(dividingBy: step)
    let digits = String(quotient + (rest * 2 >= step && step > 1 ? 1 : 0))
    let padded = String(repeating: "0", count: max(0, kept + 1 - digits.count)) + digits
    let whole = grouped(String(padded.dropLast(kept)))
    let text = kept > 0 ? whole + decimal + padded.suffix(kept) : whole
    return signed(text, isNegative: amount.minor < 0, amount.currency)
  }

  private func signed(_ digits: String, isNegative: Bool, _ currency: Currency) -> String {
    let sign = isNegative ? Format.minus : ""
    let symbol = Format.symbols[currency.code] ?? currency.code
    if decimal == "," { return sign + digits + Format.space + symbol }
    return sign + symbol + (symbol == currency.code ? Format.space : "") + digits
  }

  private func grouped(_ digits: String) -> String {
    guard digits.utf8.count > 3, !grouping.isEmpty else { return digits }
    var result = ""
    let count = digits.utf8.count
    for (index, digit) in digits.enumerated() {
      if index > 0 && (count - index) % 3 == 0 { result += grouping }
      result.append(digit)
    }
    return result
  }

  private func scientific(_ value: Double) -> String {
    var size = value.magnitude
    var exponent = 0
    while size >= 10 {
      size /= 10
      exponent += 1
    }
    return "\(value < 0 ? Format.minus : "")\(number(size, decimals: 1))\(Format.space)×\(Format.space)10^\(exponent)"
  }

  static let symbols = ["EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "CHF": "CHF", "KRW": "₩"]
}

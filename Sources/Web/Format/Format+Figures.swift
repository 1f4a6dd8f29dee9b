import Foundation
import Kernel

extension Format {
  /// The value of a figure with its unit, to the digits it is worth; `missing` when there is none.
  package func value(_ figure: Figure) -> String {
    guard let value = figure.value else { return Format.missing }
    return amount(value, figure.unit, spread: figure.halfWidth)
  }

  /// The interval of a figure in words, `31.1 % to 34.0 %`; nil when it has none.
  package func interval(_ figure: Figure) -> String? {
    guard let low = figure.low, let high = figure.high else { return nil }
    let spread = figure.halfWidth
    return "\(amount(low, figure.unit, spread: spread)) \("to".translated) \(amount(high, figure.unit, spread: spread))"
  }

  /// A number of a unit. With a `spread` (half the width of its interval) digits that the interval drowns are dropped.
  package func amount(_ value: Double, _ unit: Figure.Unit, spread: Double? = nil) -> String {
    guard value.isFinite else { return Format.missing }
    switch unit {
    case .share:
      let places = places(1, spread: spread.map { $0 * 100 })
      return percent(rounded(value * 100, spread: spread.map { $0 * 100 }) / 100, decimals: places)
    case .count:
      return number(rounded(value, spread: spread), decimals: places(countPlaces(value), spread: spread))
    case .ratio:
      let base = value.magnitude < 1 ? 3 : value.magnitude < 100 ? 2 : 0
      return number(rounded(value, spread: spread), decimals: places(base, spread: spread))
    case .days:
      let text = number(rounded(value, spread: spread), decimals: places(countPlaces(value), spread: spread))
      return "\(text) \((text == "1" ? "day" : "days").translated)"
    case .money(let currency):
      let base = value.magnitude >= 1_000 ? 0 : currency.decimals
      return money(rounded(value, spread: spread), currency, decimals: places(base, spread: spread))
    }
  }

  private func countPlaces(_ value: Double) -> Int {
    if value == value.rounded() { return 0 }
    return value.magnitude < 10 ? 2 : value.magnitude < 1_000 ? 1 : 0
  }

  // The last digit worth showing stands where the spread has its first, or its second when it begins below 3.55
  // (Particle Data Group, Review of Particle Physics, section 5.3).
  private func exponent(_ spread: Double?) -> Int? {
    guard let spread, spread.isFinite, spread > 0 else { return nil }
    let power = log10(spread).rounded(.down)
    guard power > -300, power < 300 else { return nil }
    let leading = spread / pow(10, power)
    return Int(power) - (leading < 3.55 ? 1 : 0)
  }

  private func places(_ base: Int, spread: Double?) -> Int {
    guard let exponent = exponent(spread) else { return base }
    return min(base, max(0, -exponent))
  }

  private func rounded(_ value: Double, spread: Double?) -> Double {
    guard let exponent = exponent(spread), exponent > 0 else { return value }
    let step = pow(10, Double(exponent))
    return (value / step).rounded() * step
  }
}

extension Figure {
  /// Half the width of the interval; nil when there is none.
  var halfWidth: Double? {
    guard let low, let high, high > low else { return nil }
    return (high - low) / 2
  }
}

extension Figure.Grade {
  /// The grade as a person says it.
  package var words: String {
    switch self {
    case .measured: "Measured from transactions"
    case .declared: "Declared by a person"
    case .estimated: "Estimated by a model"
    case .assumed: "Assumed: a default stands in"
    }
  }
}

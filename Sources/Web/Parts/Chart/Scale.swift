import Foundation
import Kernel

/// The numbers of an axis: round steps that cover the data, with what stands beside each.
struct Scale: Sendable {
  struct Tick: Sendable, Encodable {
    let value: Double
    let label: String
  }

  let low: Double
  let high: Double
  let step: Double
  let ticks: [Tick]

  /// - Parameters:
  ///   - values: what must fit; anything that is not a number is passed over.
  ///   - fromZero: whether the axis begins at zero, as it must where the length of a bar is the message.
  init(
    covering values: some Sequence<Double>, fromZero: Bool, count: Int = 5, most: Double? = nil,
    label: (Double, Double) -> String
  ) {
    let known = values.filter { $0.isFinite && $0.magnitude < 1e15 }
    var bottom = known.min() ?? 0
    var top = known.max() ?? 1
    if fromZero {
      bottom = min(0, bottom)
      top = max(0, top)
    }
    if top - bottom < 1e-12 * max(1, top.magnitude) {
      bottom = fromZero ? min(0, bottom) : bottom - 0.5
      top = top <= 0 && fromZero && bottom < 0 ? 0 : top + max(0.5, top.magnitude * 0.1)
    }
    let step = Scale.roundStep((top - bottom) / Double(max(1, count)))
    low = (bottom / step + 1e-9).rounded(.down) * step
    let reached = (top / step - 1e-9).rounded(.up) * step
    high = most.map { min($0, reached) } ?? reached
    self.step = step
    let steps = min(24, max(1, Int(((high - low) / step).rounded())))
    let base = low
    ticks = (0...steps).map { index in
      let value = base + Double(index) * step
      return Tick(value: value, label: label(value.magnitude < step * 1e-6 ? 0 : value, step))
    }
  }

  // 1, 2, 2.5 or 5 times a power of ten, the first that is not smaller.
  private static func roundStep(_ raw: Double) -> Double {
    guard raw.isFinite, raw > 0 else { return 1 }
    let power = pow(10, log10(raw).rounded(.down))
    let share = raw / power
    return ([1, 2, 2.5, 5].first { $0 >= share - 1e-9 } ?? 10) * power
  }

  /// Where a value stands between the ends, 0 to 1; a value outside stands at the end.
  func place(_ value: Double) -> Double {
    guard value.isFinite, high > low else { return 0 }
    return min(1, max(0, (value - low) / (high - low)))
  }
}

extension Format {
  /// The label of an axis of a unit whose marks are `step` apart.
  func tick(_ value: Double, _ unit: Figure.Unit, step: Double) -> String {
    switch unit {
    case .share: percent(value, decimals: step < 0.0099 ? 1 : 0)
    case .money(let currency): compactMoney(value, currency)
    case .count, .days: compact(value)
    case .ratio: step < 1 ? number(value, decimals: step < 0.0999 ? 2 : 1) : compact(value)
    }
  }
}

import Foundation
import Kernel

/// An annual discount rate, converted for a model that counts time in some unit.
public struct Discount: Sendable, Equatable {
  /// Such as 0.15 for 15 % a year.
  public let annualRate: Double
  public let unit: TimeUnit

  /// Throws unless the rate is a number above -1 and at most 10 (1,000 % a year).
  public init(annualRate: Double, unit: TimeUnit) throws {
    guard annualRate.isFinite, annualRate > -1, annualRate <= 10 else {
      throw Problem(
        .invalid, field: "discount", "A discount rate is annual and lies between -1 and 10.",
        mend: "Write 15 % a year as 0.15.")
    }
    self.annualRate = annualRate
    self.unit = unit
  }

  /// ln(1 + annual) per period.
  public var continuousRate: Double { log1p(annualRate) / unit.perYear }

  /// What one unit of money is worth when it comes after so many periods.
  public func factor(after periods: Double) -> Double { exp(-continuousRate * periods) }
}

/// The steps of a horizon: expected purchases of a step are discounted to its end (domain formula F5).
public struct HorizonSteps: Sendable, Equatable {
  /// Ends of the steps in periods from now, ascending; the last is the horizon.
  public let ends: [Double]
  /// Discount factor of each step.
  public let factors: [Double]

  /// Steps of `step` periods (a month when nil) up to `horizon`, the last one shorter when it does not divide.
  public init(horizon: Double, step: Double? = nil, discount: Discount) throws {
    let step = step ?? discount.unit.perYear / 12
    guard horizon.isFinite, horizon > 0, horizon <= 1e6 else {
      throw Problem(.invalid, field: "horizon", "A horizon is more than 0 periods.", mend: "Give the periods ahead.")
    }
    guard step.isFinite, step > 0, horizon / step <= 5_000 else {
      throw Problem(.invalid, field: "horizon", "The steps are too many or not above 0.", mend: "Give longer steps.")
    }
    let whole = max(1, Special.whole((horizon / step - 1e-9).rounded(.up), most: 5_000))
    ends = (1...whole).map { min(horizon, Double($0) * step) }
    factors = ends.map(discount.factor)
  }

  /// Σ (E[end of step] - E[end of the step before]) · factor, for expectations at `ends`.
  func discounted(_ expectations: [Double]) -> Double {
    var (sum, before) = (0.0, 0.0)
    for index in ends.indices {
      sum += (expectations[index] - before) * factors[index]
      before = expectations[index]
    }
    return sum
  }
}

import Foundation
import Kernel

/// One side of a comparison: how many customers, their mean outcome and its spread.
public struct Arm: Sendable, Equatable, Codable {
  public let count: Int
  public let mean: Double
  /// With divisor count − 1.
  public let variance: Double

  /// The arm of outcomes, one for each customer.
  /// - Throws: `Problem` when there are fewer than two or one is not finite.
  public init(outcomes: [Double]) throws {
    try requireRows("outcomes", outcomes.count, atLeast: 2)
    try outcomes.requireFinite("outcomes")
    var (sum, squares) = (CompensatedSum(), CompensatedSum())
    for outcome in outcomes { sum.add(outcome) }
    let mean = sum.value / Double(outcomes.count)
    for outcome in outcomes { squares.add((outcome - mean) * (outcome - mean)) }
    count = outcomes.count
    self.mean = mean
    variance = squares.value / Double(outcomes.count - 1)
  }

  /// The arm of yes or no outcomes.
  /// - Throws: `Problem` when there are fewer than two trials, or successes are negative or more than the trials.
  public init(successes: Int, trials: Int) throws {
    try requireRows("trials", trials, atLeast: 2)
    guard successes >= 0, successes <= trials else {
      throw Problem(
        .invalid, field: "successes", "\(successes) out of \(trials) is not a proportion.",
        mend: "Give no more successes than trials.")
    }
    count = trials
    mean = Double(successes) / Double(trials)
    variance = mean * (1 - mean) * Double(trials) / Double(trials - 1)
  }

  /// Variance of the mean.
  var meanVariance: Double { variance / Double(count) }
}

/// How many purchases somebody who still buys will make in some time, by unseen stage: all that intervals need, each
/// at a cost that does not grow with the number of purchases.
public struct CountsIfAlive: Sendable {
  let form: any CountForm
}

/// The mean of a count and of its square.
struct CountMoments: Sendable, Equatable {
  let mean: Double
  let square: Double
}

/// The distribution of a count, by stage.
protocol CountForm: Sendable {
  /// Unseen states the customer can be in.
  var stages: Int { get }
  /// Mean and mean square of each stage.
  func moments() -> [CountMoments]
  /// The chance of at least `count` purchases, from 1, in each stage.
  func reach(_ count: Int) -> [Double]
  /// The same for 1, 2 … `count`, the stages of one count beside each other; nil where a row of them is no cheaper.
  func reaches(through count: Int) -> [Double]?
}

extension CountsIfAlive {
  /// The first counts of a table; what lies above is found by single chances.
  static let shortest = 16
  static let longest = 256
}

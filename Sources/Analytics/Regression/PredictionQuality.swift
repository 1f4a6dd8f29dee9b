import Foundation
import Kernel

/// How good predicted chances were, once the outcomes are known.
public struct PredictionQuality: Sendable, Equatable {
  /// Rows with similar predicted chances, and how often the outcome came.
  public struct Band: Sendable, Equatable {
    public let rows: Int
    /// Smallest and largest predicted chance in the band, and their mean.
    public let lowest: Double
    public let highest: Double
    public let predicted: Double
    /// The share in which the outcome came, with Wilson's 95 % interval.
    public let observed: Double
    public let interval: ConfidenceInterval
  }

  public let rows: Int
  /// Rows in which the outcome came.
  public let happened: Int
  /// Mean squared difference of chance and outcome: 0 is perfect, 0.25 is what "one half" everywhere gives.
  public let brier: Double
  /// Mean of −ln(chance given to what happened); chances are kept 1e-15 away from 0 and 1.
  public let logLoss: Double
  /// The chance that a row with the outcome was given more than a row without, ties half; nil when one kind is absent.
  public let auc: Double?
  /// About equally many rows each, by predicted chance; equal chances stay together.
  public let calibration: [Band]

  /// - Parameter bands: how many bands of about equally many rows to make.
  /// - Throws: `Problem` when there are no rows, columns differ in length, or a chance is outside 0 to 1.
  public init(chances: [Double], outcomes: [Bool], bands: Int = 10) throws {
    try requireRows("chances", chances.count)
    try requireSameCount("outcomes", outcomes.count, as: chances.count)
    guard chances.allSatisfy({ $0 >= 0 && $0 <= 1 }), bands >= 1 else {
      throw Problem(
        .invalid, field: "chances", "A chance is outside 0 to 1, or no band is asked for.",
        mend: "Give chances as fractions and ask for 10 bands.")
    }
    rows = chances.count
    happened = outcomes.count { $0 }
    var (squares, logs) = (CompensatedSum(), CompensatedSum())
    for (chance, outcome) in zip(chances, outcomes) {
      let given = outcome ? chance : 1 - chance
      squares.add((1 - given) * (1 - given))
      logs.add(-log(min(max(given, 1e-15), 1 - 1e-15)))
    }
    brier = squares.value / Double(rows)
    logLoss = logs.value / Double(rows)
    let order = chances.indices.sorted { chances[$0] < chances[$1] }
    auc = PredictionQuality.auc(chances, outcomes, order)
    calibration = try PredictionQuality.bands(chances, outcomes, order, bands)
  }

  /// Mann and Whitney's U over the number of pairs, from mid-ranks.
  private static func auc(_ chances: [Double], _ outcomes: [Bool], _ order: [Int]) -> Double? {
    let happened = Double(outcomes.count { $0 })
    let others = Double(outcomes.count) - happened
    guard happened > 0, others > 0 else { return nil }
    var rankSum = 0.0
    for run in runs(chances, order) {
      let middle = Double(run.lowerBound + run.upperBound + 1) / 2
      rankSum += middle * Double(run.count { outcomes[order[$0]] })
    }
    return (rankSum - happened * (happened + 1) / 2) / (happened * others)
  }

  private static func bands(
    _ chances: [Double], _ outcomes: [Bool], _ order: [Int], _ count: Int
  ) throws -> [Band] {
    var bands: [Band] = []
    var start = 0
    for run in runs(chances, order) {
      let goal = Double(order.count) * Double(bands.count + 1) / Double(count)
      guard Double(run.upperBound) >= goal - 1e-9 || run.upperBound == order.count else { continue }
      let rows = order[start..<run.upperBound]
      let came = rows.count { outcomes[$0] }
      bands.append(
        Band(
          rows: rows.count, lowest: chances[order[start]], highest: chances[order[run.upperBound - 1]],
          predicted: rows.reduce(0) { $0 + chances[$1] } / Double(rows.count),
          observed: Double(came) / Double(rows.count),
          interval: try .wilson(successes: came, trials: rows.count)))
      start = run.upperBound
    }
    return bands
  }

  /// Runs of places in the order that hold equal chances.
  private static func runs(_ chances: [Double], _ order: [Int]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    for place in 1...order.count where place == order.count || chances[order[place]] != chances[order[start]] {
      runs.append(start..<place)
      start = place
    }
    return runs
  }
}

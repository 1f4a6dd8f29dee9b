import Foundation
import Kernel

/// Scores of a customer survey with their intervals (domain F29).
public struct SurveyScore: Sendable, Equatable {
  /// −1 to 1 for the promoter score, a share for satisfaction, 1 to 7 for ease.
  public let value: Double
  public let interval: ConfidenceInterval
  /// Answers it rests on.
  public let answers: Int

  /// Below ten answers a score is noise and may give away who answered: it should be hidden.
  public var isHidden: Bool { answers < 10 }

  /// Net promoter score: the share answering 9 or 10 less the share answering 0 to 6.
  /// - Throws: `Problem` when there are no answers or one is outside 0 to 10.
  public static func promoters(_ answers: [Int], level: Double = 0.95) throws -> SurveyScore {
    try require(answers, 0...10)
    let n = Double(answers.count)
    let promoters = Double(answers.count { $0 >= 9 }) / n
    let detractors = Double(answers.count { $0 <= 6 }) / n
    let net = promoters - detractors
    let variance = max(0, promoters + detractors - net * net) / n
    let interval = try ConfidenceInterval.normal(net, standardError: variance.squareRoot(), level: level)
    return SurveyScore(value: net, interval: interval.kept(in: -1...1), answers: answers.count)
  }

  /// Satisfaction: the share answering 4 or 5 out of 5, with Wilson's interval.
  /// - Throws: `Problem` when there are no answers or one is outside 1 to 5.
  public static func satisfaction(_ answers: [Int], level: Double = 0.95) throws -> SurveyScore {
    try require(answers, 1...5)
    let top = answers.count { $0 >= 4 }
    return SurveyScore(
      value: Double(top) / Double(answers.count),
      interval: try .wilson(successes: top, trials: answers.count, level: level), answers: answers.count)
  }

  /// Ease: the mean answer from 1 to 7, with Student's interval; its bounds are 1 and 7 for a single answer.
  /// - Throws: `Problem` when there are no answers or one is outside 1 to 7.
  public static func ease(_ answers: [Int], level: Double = 0.95) throws -> SurveyScore {
    try require(answers, 1...7)
    try requireOpenShare("level", level)
    let n = Double(answers.count)
    let mean = Double(answers.reduce(0, +)) / n
    let whole = ConfidenceInterval(low: 1, high: 7, level: level)
    guard answers.count > 1 else { return SurveyScore(value: mean, interval: whole, answers: 1) }
    let squares = answers.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let half = StudentT.quantile(0.5 + level / 2, degrees: n - 1) * (squares / (n - 1) / n).squareRoot()
    let interval = ConfidenceInterval(low: mean - half, high: mean + half, level: level).kept(in: 1...7)
    return SurveyScore(value: mean, interval: interval, answers: answers.count)
  }

  private static func require(_ answers: [Int], _ scale: ClosedRange<Int>) throws {
    try requireRows("answers", answers.count)
    guard let wrong = answers.first(where: { !scale.contains($0) }) else { return }
    throw Problem(
      .invalid, field: "answers", "The answer \(wrong) is outside \(scale.lowerBound) to \(scale.upperBound).",
      mend: "Give the answers on their own scale.")
  }
}

extension ConfidenceInterval {
  fileprivate func kept(in range: ClosedRange<Double>) -> ConfidenceInterval {
    ConfidenceInterval(low: max(low, range.lowerBound), high: min(high, range.upperBound), level: level)
  }
}

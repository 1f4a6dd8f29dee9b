import Foundation
import Kernel

/// How models are compared.
public struct ComparisonSettings: Sendable, Equatable {
  public let candidates: [ModelName]
  /// Days of each forecast; nil for a third of the log, at least a week and at most half a year.
  public let days: Int?
  /// Origins that forecasts are made from, at least 1.
  public let origins: Int
  public let unit: TimeUnit
  /// k of the CNBD-k models; nil chooses it by likelihood in every fit.
  public let regularity: Int?

  public init(
    candidates: [ModelName] = [.nbd, .bgNBD, .mbgNBD, .bgCNBD, .mbgCNBD, .paretoNBD], days: Int? = nil,
    origins: Int = 3, unit: TimeUnit = .week, regularity: Int? = nil
  ) {
    self.candidates = candidates
    self.days = days
    self.origins = min(max(1, origins), 50)
    self.unit = unit
    self.regularity = regularity
  }
}

/// A scorecard of models on one log, and the model it proposes.
///
/// Every candidate is fitted at some earlier days and forecasts what came after each; the one that loses least is
/// proposed. Nothing after `until` is ever seen, so that what follows can test the choice.
public struct ModelComparison: Sendable, Equatable, Codable {
  /// The last day seen.
  public let until: Day
  /// Days of each forecast.
  public let days: Int
  /// By mean loss, least first; refused models last.
  public let scores: [ModelScore]
  /// What to use, and why: a model or a rung below.
  public let choice: ForecastLadder
  /// How much more the proposed model loses than each other, in words.
  public let reason: String

  /// Compares models on the orders up to and including `until`.
  public init(_ log: PurchaseLog, until: Day, settings: ComparisonSettings = ComparisonSettings()) throws {
    let seen = log.through(until)
    let base = try seen.base(until: until, unit: settings.unit)
    guard let first = seen.span?.lowerBound else {
      throw Problem(.invalid, field: "until", "There are no orders by \(until).", mend: "Give a later day.")
    }
    let length = until.days(since: first)
    let days = settings.days ?? min(182, max(7, length / 3))
    guard days > 0, length > days + 7 else {
      throw Problem(
        .invalid, field: "until", "The log is \(length) days long, too short to forecast \(days) days of it.",
        mend: "Give a longer log or a shorter horizon.")
    }
    self.until = until
    self.days = days
    let origins = ModelComparison.origins(first: first, until: until, days: days, count: settings.origins)
    let bases = try origins.map { try seen.base(until: $0, unit: settings.unit, holdout: $0.adding(days: days)) }
    let scored = settings.candidates.map { ModelScore($0, seen, base, bases, settings) }
    // Among equals the earlier candidate stands first: CNBD-k with k = 1 is BG/NBD under another name.
    scores = scored.enumerated().sorted {
      ($0.element.loss ?? .infinity, $0.offset) < ($1.element.loss ?? .infinity, $1.offset)
    }.map(\.element)
    let best = scores.first.flatMap { score in score.loss.map { _ in (score.model, score.totalError) } }
    choice = ForecastLadder(
      customers: base.histories.customers, repeaters: base.histories.repeatCustomers, best: best)
    reason = ModelComparison.reason(scores, choice)
  }

  /// The last origins that leave a whole forecast before `until`, a third of a forecast apart, none in the first
  /// quarter of the log.
  static func origins(first: Day, until: Day, days: Int, count: Int) -> [Day] {
    let last = until.adding(days: -days)
    let earliest = first.adding(days: max(7, until.days(since: first) / 4))
    let step = max(1, days / 3)
    let all = (0..<count).map { last.adding(days: -$0 * step) }
    return all.filter { $0 >= min(earliest, last) }.reversed()
  }

  private static func reason(_ scores: [ModelScore], _ choice: ForecastLadder) -> String {
    let usable = scores.filter { $0.loss != nil }
    guard case .model = choice.rung, let best = usable.first, let loss = best.loss else { return choice.reason }
    guard usable.count > 1, let next = usable[1].loss else { return choice.reason }
    let lead = ((next / loss - 1) * 1000).rounded() / 10
    return choice.reason + " Next is \(usable[1].model.rawValue), which lost \(lead) % more over "
      + "\(best.origins.count) origins."
  }
}

extension ModelScore {
  fileprivate init(
    _ model: ModelName, _ log: PurchaseLog, _ base: CustomerBase, _ bases: [CustomerBase],
    _ settings: ComparisonSettings
  ) {
    self.model = model
    var found: FitReport?
    var scores: [OriginScore] = []
    var bands: [CalibrationBand] = []
    var points: [TrackingPoint] = []
    var problem: String?
    do {
      found = try model.fit(.histories(base.histories), regularity: settings.regularity).report
      for past in bases {
        let fitted = try model.fit(.histories(past.histories), regularity: settings.regularity)
        let expected = try fitted.scores(
          of: past.histories, settings: ScoreSettings(horizon: past.holdoutPeriods, cover: nil)
        ).expectedPurchases
        scores.append(OriginScore(origin: past.until, expected: expected, actual: past.holdoutPurchases))
        guard past.until == bases.last?.until else { continue }
        bands = CalibrationBand.deciles(expected: expected, actual: past.holdoutPurchases)
        points = TrackingPoint.weekly(log, base: past, through: base.until) {
          fitted.newCustomerPurchases(in: $0) ?? .nan
        }
      }
    } catch {
      (scores, bands, points) = ([], [], [])
      problem = (error as? Problem)?.message ?? "The model could not be fitted."
    }
    report = found
    refusal = problem
    origins = scores
    calibration = bands
    tracking = points
    cautions = ModelScore.cautions(model)
  }

  private static func cautions(_ model: ModelName) -> [String] {
    switch model {
    case .bgNBD, .bgCNBD:
      [
        "P(alive) is 1 for everybody who never bought again, so it says nothing about them; show expected orders, or "
          + "take mbg-nbd or pareto-nbd."
      ]
    case .nbd: ["Nobody ever leaves in this model; it is a baseline, and forecasts too much."]
    default: []
    }
  }
}

/// How much is lost by following the scorecard and not the model that turned out best.
public struct ModelRegret: Sendable, Equatable, Codable {
  /// The last day the choice had seen.
  public let origin: Day
  public let chosen: ModelName
  public let best: ModelName
  public let chosenLoss: Double
  public let bestLoss: Double
  /// chosenLoss / bestLoss - 1, from 0.
  public var regret: Double { bestLoss > 0 ? chosenLoss / bestLoss - 1 : 0 }

  /// Chooses at `origin` from what was known then, and judges by the `days` after it.
  public init(_ log: PurchaseLog, origin: Day, days: Int, settings: ComparisonSettings = ComparisonSettings()) throws {
    let comparison = try ModelComparison(log, until: origin, settings: settings)
    guard let chosen = comparison.scores.first(where: { $0.loss != nil })?.model else {
      throw Problem(.invalid, "No model could be fitted by \(origin).", mend: "Give a longer log.")
    }
    let base = try log.base(until: origin, unit: settings.unit, holdout: origin.adding(days: days))
    var losses: [(model: ModelName, loss: Double)] = []
    for score in comparison.scores where score.report != nil {
      let fitted = try score.model.fit(.histories(base.histories), regularity: settings.regularity)
      let expected = try fitted.scores(
        of: base.histories, settings: ScoreSettings(horizon: base.holdoutPeriods, cover: nil)
      ).expectedPurchases
      let outcome = OriginScore(origin: origin, expected: expected, actual: base.holdoutPurchases)
      losses.append((score.model, outcome.loss))
    }
    guard let best = losses.min(by: { $0.loss < $1.loss }), let own = losses.first(where: { $0.model == chosen }) else {
      throw Problem(.invalid, "No model could be judged after \(origin).", mend: "Give a longer log.")
    }
    self.origin = origin
    self.chosen = chosen
    self.best = best.model
    chosenLoss = own.loss
    bestLoss = best.loss
  }
}

import Foundation
import Kernel

/// What groups of customers are expected to order and to spend in the next periods, by a model of how often they buy and
/// one of what an order is worth (domain formula F5); each with the interval of a total, not of a sum of customers.
public struct GroupOutlook: Sendable {
  /// An expectation with the ends of its interval.
  public struct Expectation: Sendable, Equatable {
    public let value: Double
    public let low: Double
    public let high: Double
  }

  /// Nominal cover of the intervals.
  public let cover: Double
  private let histories: PurchaseHistories
  private let model: FittedModel
  private let periods: Double
  private let dispersion: ForecastDispersion?
  /// By row: orders to be expected, what one is worth, and how little both is known.
  private let expected: [Double]
  private let worth: [Double]
  private let spread: [Double]

  /// - Parameters:
  ///   - spend: nil for orders only.
  ///   - dispersion: how wrong such forecasts have been before; nil trusts the model.
  public init(
    _ base: CustomerBase, model: FittedModel, spend: FittedGammaGamma?, periods: Double, cover: Double = 0.9,
    dispersion: ForecastDispersion? = nil
  ) throws {
    self.cover = cover
    histories = base.histories
    self.model = model
    self.periods = periods
    self.dispersion = dispersion
    let orders = try model.scores(of: base.histories, settings: ScoreSettings(horizon: periods, cover: nil))
      .expectedPurchases
    expected = orders
    guard let spend else {
      (worth, spread) = ([], [])
      return
    }
    worth = base.spendOrders.indices.map {
      spend.expectedSpend(orders: Int(base.spendOrders[$0]), mean: base.meanSpend[$0])
    }
    spread = base.spendOrders.indices.map { row in
      let variances = spend.variances(orders: Int(base.spendOrders[row]), mean: base.meanSpend[row])
      return orders[row] * variances.within + orders[row] * orders[row] * variances.between
    }
  }

  public var hasMoney: Bool { !worth.isEmpty }

  /// Orders of the rows that `isMember` picks: the sum of what is expected of each, with the interval of the total.
  public func orders(_ isMember: (Int) -> Bool) throws -> Expectation {
    let total = try total(isMember)
    let sum = expected.indices.reduce(0.0) { isMember($1) ? $0 + expected[$1] : $0 }
    return Expectation(value: sum, low: min(sum, total.low), high: max(sum, total.high))
  }

  /// Spending of the rows that `isMember` picks, in major units; nil without a spend model or with nobody in it.
  public func sales(_ isMember: (Int) -> Bool) throws -> Expectation? {
    guard let sum = try sum(isMember, with: dispersion) else { return nil }
    let width = Special.normalQuantile((1 + cover) / 2) * log1p(sum.relativeVariance).squareRoot()
    return Expectation(value: sum.mean, low: sum.mean * exp(-width), high: sum.mean * exp(width))
  }

  /// What the rows that `isMember` picks are expected to spend, over what all are; nil without a spend model or when one
  /// of the sides is empty. What is wrong with the model for all alike falls out of the share.
  public func salesShare(_ isMember: (Int) -> Bool) throws -> Expectation? {
    guard let those = try sum(isMember, with: nil), let others = try sum({ !isMember($0) }, with: nil) else {
      return nil
    }
    let share = those.mean / (those.mean + others.mean)
    let middle = log(those.mean / others.mean)
    let width =
      Special.normalQuantile((1 + cover) / 2) * (those.relativeVariance + others.relativeVariance).squareRoot()
    func placed(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
    return Expectation(value: share, low: placed(middle - width), high: placed(middle + width))
  }

  private func total(_ isMember: (Int) -> Bool) throws -> GroupTotal {
    try model.total(of: histories, periods: periods, cover: cover, dispersion: dispersion, isMember: isMember)
  }

  private func sum(
    _ isMember: (Int) -> Bool, with dispersion: ForecastDispersion?
  ) throws -> (mean: Double, relativeVariance: Double)? {
    guard hasMoney else { return nil }
    var (mean, spending) = (0.0, 0.0)
    for row in expected.indices where isMember(row) {
      mean += expected[row] * worth[row]
      spending += spread[row]
    }
    guard mean > 0, mean.isFinite else { return nil }
    let orders = try total(isMember)
    guard orders.expected > 0 else { return nil }
    let variance =
      orders.modelVariance / (orders.expected * orders.expected) + spending / (mean * mean)
      + (dispersion?.extraVariance ?? 0)
    return variance.isFinite ? (mean, variance) : nil
  }
}

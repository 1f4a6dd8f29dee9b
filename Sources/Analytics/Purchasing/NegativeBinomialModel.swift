import Foundation
import Kernel

/// Customers who buy at a gamma-distributed rate and never leave: the NBD (Ehrenberg 1959), a baseline.
public struct NegativeBinomialProcess: PurchaseProcess {
  /// Shape and rate of the gamma distribution of the purchase rate. Both positive.
  public let r, alpha: Double

  public init(r: Double, alpha: Double) {
    self.r = r
    self.alpha = alpha
  }

  public var name: ModelName { .nbd }
  public var parameters: [Double] { [r, alpha] }

  public func with(parameters: [Double]) -> NegativeBinomialProcess {
    parameters.count == 2 ? NegativeBinomialProcess(r: parameters[0], alpha: parameters[1]) : self
  }

  /// 1: the model knows no leaving.
  public func aliveProbability(_ history: PurchaseHistory) -> Double { 1 }

  public func outlook(for history: PurchaseHistory) -> NegativeBinomialOutlook {
    NegativeBinomialOutlook(shape: r + Double(history.frequency), rate: alpha + history.age)
  }

  public var newCustomer: NegativeBinomialOutlook { NegativeBinomialOutlook(shape: r, rate: alpha) }

  public func outlookIfAlive(frequency: Int, age: Double, stage: Int) -> NegativeBinomialOutlook {
    NegativeBinomialOutlook(shape: r + Double(frequency), rate: alpha + age)
  }

  public func countsIfAlive(frequency: Int, age: Double, periods: Double) -> CountsIfAlive {
    CountsIfAlive(
      form: GeometricCounts(
        shape: r + Double(frequency), odds: min(periods, Outlooks.longest) / (alpha + age), leaving: nil, stages: 1))
  }

  public func drawPurchases(over age: Double, using chance: inout Chance) -> [Double] {
    let rate = chance.gamma(shape: r, rate: alpha)
    var times: [Double] = []
    var time = rate > 0 ? chance.exponential(rate: rate) : .infinity
    while time <= age, times.count < PurchaseHistory.mostPurchases {
      times.append(time)
      time += chance.exponential(rate: rate)
    }
    return times
  }
}

/// The outlook of one customer under the NBD: the purchase rate is Gamma(shape, rate).
public struct NegativeBinomialOutlook: Outlook {
  public var pAlive: Double { 1 }
  let shape, rate: Double

  public func expectedPurchases(in periods: Double) -> Double { shape / rate * max(0, periods) }

  public func distribution(in periods: Double, limit: Int) -> [Double] {
    guard periods > 0 else { return [1] }
    return NegativeBinomial(shape: shape, rate: rate, time: periods).chances(limit: limit)
  }

  public func discountedPurchases(rate delta: Double) -> Double { delta > 0 ? shape / rate / delta : .infinity }
}

/// The NBD, as a model to be fitted.
public struct NegativeBinomialModel: Estimator {
  public init() {}

  public func fit(_ histories: PurchaseHistories) throws -> FittedPurchases<NegativeBinomialProcess> {
    try histories.checkFittable()
    let compressed = try histories.withoutCovariates.compressed()
    let pace = compressed.meanAge
    let optimum = Ascent(maximiser: Maximiser()).run(
      NegativeBinomialLikelihood(histories: compressed), compressed, starts: [[log(0.5), log(pace / 2)]],
      thin: NegativeBinomialLikelihood.init(histories:))
    let estimate = try Estimate(optimum, names: ModelName.nbd.parameterNames) { _, grows in
      grows ? "All customers seem to buy at one and the same rate." : "A few customers buy, and the rest hardly at all."
    }
    return FittedPurchases(
      process: NegativeBinomialProcess(r: estimate.parameters[0], alpha: estimate.parameters[1]),
      report: FitReport(
        model: .nbd, customers: compressed.customers, repeatCustomers: compressed.repeatCustomers, estimate: estimate),
      estimate: estimate, unit: compressed.unit)
  }
}

/// Σ of ln Γ(r+x) - ln Γ(r) + r ln α - (r+x) ln(α+T), without the factor T^x/x!, as for the models it is compared to.
struct NegativeBinomialLikelihood: Objective {
  let histories: PurchaseHistories
  var dimension: Int { 2 }

  func value(at point: [Double], gradient: inout [Double]) -> Double {
    let (r, alpha) = (exp(point[0]), exp(point[1]))
    let logs = histories.times.map { log(alpha + $0) }
    var weights = [Double](repeating: 0, count: Int(histories.frequency.max() ?? 0) + 1)
    var (value, slopeR, slopeAlpha, total) = (0.0, 0.0, 0.0, 0.0)
    for row in 0..<histories.rowCount {
      let (x, end, weight) = (Int(histories.frequency[row]), Int(histories.age[row]), histories.weight[row])
      weights[x] += weight
      total += weight
      value -= weight * (r + Double(x)) * logs[end]
      slopeR -= weight * logs[end]
      slopeAlpha -= weight * (r + Double(x)) / (alpha + histories.times[end])
    }
    let (gammaR, psiR) = (Special.logGamma(r), Special.digamma(r))
    for x in weights.indices where x > 0 && weights[x] > 0 {
      value += weights[x] * (Special.logGamma(r + Double(x)) - gammaR)
      slopeR += weights[x] * (Special.digamma(r + Double(x)) - psiR)
    }
    gradient[0] = r * (slopeR + total * log(alpha))
    gradient[1] = alpha * (slopeAlpha + total * r / alpha)
    return value + total * r * log(alpha)
  }
}

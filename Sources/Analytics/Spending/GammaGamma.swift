import Foundation
import Kernel

/// Spend per order that is gamma-distributed around a mean of each customer's own, itself gamma-distributed:
/// Gamma-Gamma (Fader, Hardie and Lee 2005b; Fader and Hardie 2013, "The Gamma-Gamma model of monetary value").
public struct GammaGamma: Estimator {
  public init() {}

  public func fit(_ sample: SpendHistories) throws -> FittedGammaGamma {
    guard sample.rowCount > 0 else {
      throw Problem(
        .invalid, field: "monetary", "No customer has a repeat order with spend.", mend: "Give a longer history.")
    }
    guard sample.orders.contains(where: { $0 > 1 }) else {
      throw Problem(
        .invalid, field: "frequency",
        "Every customer has one repeat order, so that orders of one customer cannot be compared.",
        mend: "Give a longer history.")
    }
    let compressed = sample.compressed()
    let total = compressed.customers
    let middle = zip(compressed.mean, compressed.weight).reduce(0) { $0 + $1.0 * $1.1 } / total
    let starts = [[6, 4, middle / 2], [2, 3, middle], [1, 10, middle * 9]].map { $0.map { log($0) } }
    let likelihood = GammaGammaLikelihood(sample: compressed)
    var best: Optimum?
    for start in starts {
      let optimum = Maximiser().climb(likelihood, from: start)
      if optimum.value.isFinite, optimum.value > (best?.value ?? -.infinity) + 1e-9 * abs(optimum.value) {
        best = optimum
      }
      if let best, best.covariance != nil, best.escaped == nil { break }
    }
    guard let best else { throw Problem(.invalid, field: "monetary", "The likelihood of these amounts is not finite.") }
    let estimate = try Estimate(best, names: ModelName.gammaGamma.parameterNames, reason: GammaGamma.reason)
    let values = estimate.parameters
    guard values[1] > 1 else {
      throw Problem(
        .invalid, field: "q", "The mean spend of the population is infinite, since q is \(values[1]), not above 1.",
        mend: "Look for a few enormous orders, and leave them out or correct them.",
        facts: [.init("q", String(values[1]))])
    }
    return FittedGammaGamma(
      p: values[0], q: values[1], gamma: values[2],
      report: FitReport(model: .gammaGamma, customers: total, repeatCustomers: total, estimate: estimate),
      estimate: estimate, independence: SpendIndependence(compressed))
  }

  static func reason(_ parameter: String, _ grows: Bool) -> String {
    switch (parameter, grows) {
    case ("p", true): "Customers seem to spend exactly the same on every order."
    case ("q", true), ("gamma", true): "All customers seem to spend alike, so there is nothing to learn from a mean."
    default: "The amounts are spread too widely for this model."
    }
  }
}

/// Gamma-Gamma at its estimates.
public struct FittedGammaGamma: Sendable {
  /// Shape of an order's spend; shape and rate of the gamma distribution of the customers' rates.
  public let p, q, gamma: Double
  public let report: FitReport
  public let estimate: Estimate
  /// Whether spend and frequency go together, which the model assumes they do not.
  public let independence: SpendIndependence

  /// Mean spend per order over the population: p·γ / (q - 1).
  public var populationMean: Double { p * gamma / (q - 1) }

  /// Expected spend per order of a customer with this history: p(γ + x·m) / (p·x + q - 1). Without orders it is the
  /// population's mean.
  public func expectedSpend(orders: Int, mean: Double) -> Double {
    guard orders > 0, mean > 0, mean.isFinite else { return populationMean }
    return p * (gamma + Double(orders) * mean) / (p * Double(orders) + q - 1)
  }

  /// Variance of the customer's unknown mean, and of a single order around it. Where q + p·x is below 2.05 they
  /// would be infinite or nearly so, and are taken at 2.05.
  func variances(orders: Int, mean: Double) -> (between: Double, within: Double) {
    let known = orders > 0 && mean > 0 ? Double(orders) : 0
    let shape = max(q + p * known, 2.05)
    let rate = gamma + (known > 0 ? known * mean : 0)
    // The rate ν is Gamma(shape, rate), an order's mean p/ν and its variance p/ν².
    let inverseSquare = rate * rate / ((shape - 1) * (shape - 2))
    let inverse = rate / (shape - 1)
    return (p * p * (inverseSquare - inverse * inverse), p * inverseSquare)
  }

  /// The mean spend of a new customer's order and so many orders around it, drawn by chance.
  public func drawMean(orders: Int, using chance: inout Chance) -> Double {
    let rate = chance.gamma(shape: q, rate: gamma)
    let count = Double(max(1, orders))
    return chance.gamma(shape: p * count, rate: rate * count)
  }
}

/// A test of the assumption that how much customers spend says nothing about how often they buy.
public struct SpendIndependence: Sendable, Equatable, Codable {
  /// Pearson's correlation between the number of repeat orders and the mean spend.
  public let correlation: Double
  /// Customers compared.
  public let customers: Double
  /// Two-sided, for no correlation; Fisher's transformation.
  public let pValue: Double
  /// F5: the spend model may be used while the correlation is below 0.3 either way.
  public var allowsProduct: Bool { abs(correlation) < 0.3 }

  /// Compares the number of repeat orders with their mean over the customers of a sample, each with its weight.
  public init(_ sample: SpendHistories) {
    var (total, sumX, sumM) = (0.0, 0.0, 0.0)
    for row in 0..<sample.rowCount {
      total += sample.weight[row]
      sumX += sample.weight[row] * Double(sample.orders[row])
      sumM += sample.weight[row] * sample.mean[row]
    }
    var (xx, mm, xm) = (0.0, 0.0, 0.0)
    for row in 0..<sample.rowCount {
      let (x, m) = (Double(sample.orders[row]) - sumX / total, sample.mean[row] - sumM / total)
      xx += sample.weight[row] * x * x
      mm += sample.weight[row] * m * m
      xm += sample.weight[row] * x * m
    }
    correlation = xx > 0 && mm > 0 ? max(-1, min(1, xm / (xx * mm).squareRoot())) : 0
    customers = total
    let z = atanh(max(-0.999999999, min(0.999999999, correlation))) * max(0, total - 3).squareRoot()
    pValue = 2 * (1 - Special.normal(abs(z)))
  }
}

/// Σ of lnΓ(px+q) - lnΓ(px) - lnΓ(q) + q ln γ + (px-1) ln m + px ln x - (px+q) ln(γ + mx), over ln(p, q, γ):
/// Fader and Hardie (2013), equation 1a.
struct GammaGammaLikelihood: Objective {
  let sample: SpendHistories
  private let logMeans: [Double]
  var dimension: Int { 3 }

  init(sample: SpendHistories) {
    self.sample = sample
    logMeans = sample.mean.map { log($0) }
  }

  private struct CountTerms: Sendable {
    let value, slopeP, slopeQ: Double
  }

  private struct Sums: Sendable {
    var value = 0.0
    var p = 0.0
    var q = 0.0
    var gamma = 0.0
  }

  func value(at point: [Double], gradient: inout [Double]) -> Double {
    let (p, q, gamma) = (exp(point[0]), exp(point[1]), exp(point[2]))
    let (gammaQ, psiQ) = (Special.logGamma(q), Special.digamma(q))
    var used = [Bool](repeating: false, count: Int(sample.orders.last ?? 0) + 1)
    for orders in sample.orders { used[Int(orders)] = true }
    let terms = used.indices.map { index -> CountTerms in
      guard used[index] else { return CountTerms(value: 0, slopeP: 0, slopeQ: 0) }
      let x = Double(index)
      let psi = Special.digamma(p * x + q)
      return CountTerms(
        value: Special.logGamma(p * x + q) - Special.logGamma(p * x) - gammaQ + q * log(gamma) + p * x * log(x),
        slopeP: x * (psi - Special.digamma(p * x) + log(x)), slopeQ: psi - psiQ + log(gamma))
    }
    let parts = Parallel.slices(of: sample.rowCount) { range in
      var sums = Sums()
      for row in range {
        let (x, weight) = (Double(sample.orders[row]), sample.weight[row])
        let term = terms[Int(sample.orders[row])]
        let total = gamma + sample.mean[row] * x
        let logTotal = log(total)
        sums.value += weight * (term.value + (p * x - 1) * logMeans[row] - (p * x + q) * logTotal)
        sums.p += weight * (term.slopeP + x * (logMeans[row] - logTotal))
        sums.q += weight * (term.slopeQ - logTotal)
        sums.gamma += weight * (q / gamma - (p * x + q) / total)
      }
      return sums
    }
    gradient[0] = p * parts.reduce(0) { $0 + $1.p }
    gradient[1] = q * parts.reduce(0) { $0 + $1.q }
    gradient[2] = gamma * parts.reduce(0) { $0 + $1.gamma }
    return parts.reduce(0) { $0 + $1.value }
  }
}

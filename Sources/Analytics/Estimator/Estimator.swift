import Foundation

/// A model that can be fitted to a sample. Settings are stored in the value; `fit` returns another type, so that
/// predicting before fitting does not compile.
public protocol Estimator: Sendable {
  associatedtype Sample: Sendable
  associatedtype Fitted: Sendable

  /// Maximum likelihood. Throws a `Problem` for input that cannot be fitted and for an optimum that is not one.
  func fit(_ sample: Sample) throws -> Fitted
}

/// What a fit found and how well, in the same form for every model.
public struct FitReport: Sendable, Equatable, Codable {
  public let model: ModelName
  /// Customers in the sample, as the sum of the weights.
  public let customers: Double
  /// Those with at least one repeat purchase.
  public let repeatCustomers: Double
  /// Estimates by name, on the papers' scale; `k` is among them where a model has one.
  public let parameters: [String: Double]
  /// Standard errors by name: inverse observed information in log parameters, taken back by the delta method.
  public let standardErrors: [String: Double]
  /// In the scale of the papers: the sum over customers, constants as printed there.
  public let logLikelihood: Double
  /// 2·parameters - 2·logLikelihood.
  public let aic: Double
  /// parameters·ln(customers) - 2·logLikelihood.
  public let bic: Double
  /// True for every report: what does not converge is refused and has none.
  public let converged: Bool
  /// Steps of the maximiser.
  public let iterations: Int
}

extension FitReport {
  /// The same fit under the name that was asked for, with its k.
  func named(_ model: ModelName, regularity: Int) -> FitReport {
    FitReport(
      model: model, customers: customers, repeatCustomers: repeatCustomers,
      parameters: parameters.merging(["k": Double(regularity)]) { $1 }, standardErrors: standardErrors,
      logLikelihood: logLikelihood, aic: aic, bic: bic, converged: converged, iterations: iterations)
  }

  init(
    model: ModelName, customers: Double, repeatCustomers: Double, fixed: [String: Double] = [:],
    names: [String]? = nil, estimate: Estimate
  ) {
    let free = Double(estimate.parameters.count)
    let names = names ?? model.parameterNames
    self.model = model
    self.customers = customers
    self.repeatCustomers = repeatCustomers
    parameters = Dictionary(zip(names, estimate.parameters)) { $1 }.merging(fixed) { $1 }
    standardErrors = Dictionary(zip(names, estimate.standardErrors)) { $1 }
    logLikelihood = estimate.logLikelihood
    aic = 2 * free - 2 * estimate.logLikelihood
    bic = free * log(customers) - 2 * estimate.logLikelihood
    converged = true
    iterations = estimate.iterations
  }
}

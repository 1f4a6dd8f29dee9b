/// The models by the names that commands and stored scores use.
public enum ModelName: String, Sendable, Codable, CaseIterable {
  case nbd
  case bgNBD = "bg-nbd"
  case mbgNBD = "mbg-nbd"
  case bgCNBD = "bg-cnbd-k"
  case mbgCNBD = "mbg-cnbd-k"
  case paretoNBD = "pareto-nbd"
  case bgBB = "bg-bb"
  case shiftedBetaGeometric = "sbg"
  case gammaGamma = "gamma-gamma"

  /// The names of its parameters, in the order of every array of parameters.
  public var parameterNames: [String] {
    switch self {
    case .nbd: ["r", "alpha"]
    case .bgNBD, .mbgNBD, .bgCNBD, .mbgCNBD: ["r", "alpha", "a", "b"]
    case .paretoNBD: ["r", "alpha", "s", "beta"]
    case .bgBB: ["alpha", "beta", "gamma", "delta"]
    case .shiftedBetaGeometric: ["alpha", "beta"]
    case .gammaGamma: ["p", "q", "gamma"]
    }
  }
}

import Kernel

/// What a model is fitted to.
public enum ModelSample: Sendable {
  /// Purchases up to and including a day; the currency says how many minor units of an amount make a major unit.
  case log(PurchaseLog, until: Day, unit: TimeUnit, currency: Currency)
  /// Summaries of purchases, with covariates when they carry any.
  case histories(PurchaseHistories)
  /// Summaries of spend.
  case spending(SpendHistories)
  /// A cohort under contract.
  case survivors(SurvivorCounts)
}

/// Any of the models, fitted: the one report they share, and what each can say.
public enum FittedModel: Sendable {
  case betaGeometric(FittedPurchases<BetaGeometricProcess>)
  case pareto(FittedPurchases<ParetoProcess>)
  case negativeBinomial(FittedPurchases<NegativeBinomialProcess>)
  case betaBinomial(FittedPurchases<BetaBinomialProcess>)
  case covariateBetaGeometric(FittedCovariatePurchases<BetaGeometricProcess>)
  case covariatePareto(FittedCovariatePurchases<ParetoProcess>)
  case shiftedBetaGeometric(FittedShiftedBetaGeometric)
  case gammaGamma(FittedGammaGamma)

  /// What was found and how well.
  public var report: FitReport {
    switch self {
    case .betaGeometric(let fit): fit.report
    case .pareto(let fit): fit.report
    case .negativeBinomial(let fit): fit.report
    case .betaBinomial(let fit): fit.report
    case .covariateBetaGeometric(let fit): fit.report
    case .covariatePareto(let fit): fit.report
    case .shiftedBetaGeometric(let fit): fit.report
    case .gammaGamma(let fit): fit.report
    }
  }

  /// Scores customers, in their order; models of spend and of contracts have none to give and refuse.
  ///
  /// - Parameters:
  ///   - spend: a spend model with each customer's repeat orders with spend and their mean; nil for no money.
  public func scores(
    of histories: PurchaseHistories, spend: SpendInput? = nil, settings: ScoreSettings
  ) throws -> CustomerScores {
    switch self {
    case .betaGeometric(let fit): try fit.scores(of: histories, spend: spend, settings: settings)
    case .pareto(let fit): try fit.scores(of: histories, spend: spend, settings: settings)
    case .negativeBinomial(let fit): try fit.scores(of: histories, spend: spend, settings: settings)
    case .betaBinomial(let fit): try fit.scores(of: histories, spend: spend, settings: settings)
    case .covariateBetaGeometric(let fit): try fit.scores(of: histories, spend: spend, settings: settings)
    case .covariatePareto(let fit): try fit.scores(of: histories, spend: spend, settings: settings)
    case .shiftedBetaGeometric, .gammaGamma:
      throw Problem(
        .invalid, field: "model", "\(report.model.rawValue) does not forecast the purchases of a customer.",
        mend: "Choose one of the purchase models.")
    }
  }
}

extension ModelName {
  /// Fits the model of this name.
  ///
  /// Refused: a sample of the wrong kind, input that cannot be fitted, and a likelihood without a maximum.
  /// - Parameter regularity: k, for the CNBD-k models; nil chooses it by likelihood from the log.
  public func fit(_ sample: ModelSample, regularity: Int? = nil) throws -> FittedModel {
    switch (self, sample) {
    case (.shiftedBetaGeometric, .survivors(let cohort)):
      return .shiftedBetaGeometric(try ShiftedBetaGeometric().fit(cohort))
    case (.gammaGamma, .spending(let spending)):
      return .gammaGamma(try GammaGamma().fit(spending))
    case (.gammaGamma, .log(let log, let until, let unit, let currency)):
      let base = try log.base(until: until, unit: unit, minorUnits: Double(currency.minorPerMajor))
      return .gammaGamma(try GammaGamma().fit(base.spending))
    case (.shiftedBetaGeometric, _):
      throw wrongInput("survivors", "how many of a cohort are left after each period")
    case (.gammaGamma, _):
      throw wrongInput("monetary", "orders and their mean amount")
    case (.bgBB, .log(let log, let until, let unit, _)):
      return try fit(log.opportunities(until: until, unit: unit), regularity)
    case (_, .log(let log, let until, let unit, _)):
      return try fit(log.base(until: until, unit: unit).histories, regularity)
    case (_, .histories(let histories)):
      return try fit(histories, regularity)
    case (_, .survivors), (_, .spending):
      throw wrongInput("frequency", "frequency, recency and age, or a log")
    }
  }

  private func wrongInput(_ field: String, _ needed: String) -> Problem {
    Problem(.invalid, field: field, "\(rawValue) is fitted to \(needed).", mend: "Give that input.")
  }

  private func fit(_ histories: PurchaseHistories, _ regularity: Int?) throws -> FittedModel {
    if !histories.covariateNames.isEmpty { return try fitCovariates(histories) }
    let leavesAtOnce = self == .mbgNBD || self == .mbgCNBD
    switch self {
    case .nbd:
      return .negativeBinomial(try NegativeBinomialModel().fit(histories))
    case .paretoNBD:
      return .pareto(try ParetoNBD().fit(histories))
    case .bgBB:
      return .betaBinomial(try BetaGeometricBetaBinomial().fit(histories))
    case .bgCNBD, .mbgCNBD:
      let choice = regularity.map { BetaGeometricNBD.Regularity.fixed($0) } ?? .chosen(most: 8)
      let fit = try BetaGeometricNBD(regularity: choice, leavesAtOnce: leavesAtOnce).fit(histories)
      return .betaGeometric(fit.reported(as: self))
    default:
      return .betaGeometric(try BetaGeometricNBD(leavesAtOnce: leavesAtOnce).fit(histories))
    }
  }

  private func fitCovariates(_ histories: PurchaseHistories) throws -> FittedModel {
    switch self {
    case .bgNBD, .mbgNBD:
      return .covariateBetaGeometric(try CovariateBetaGeometricNBD(leavesAtOnce: self == .mbgNBD).fit(histories))
    case .paretoNBD:
      return .covariatePareto(try CovariateParetoNBD().fit(histories))
    default:
      throw Problem(
        .invalid, field: "covariates", "\(rawValue) takes no covariates.",
        mend: "Choose bg-nbd, mbg-nbd or pareto-nbd, or leave the covariates out.")
    }
  }
}

import Foundation

/// Customers who buy at a gamma-distributed rate until they leave after an exponential time whose rate is
/// gamma-distributed as well: Pareto/NBD (Schmittlein, Morrison and Colombo 1987).
public struct ParetoProcess: PurchaseProcess {
  /// Shape and rate of the purchase rate's distribution, shape and rate of the leaving rate's. All positive.
  public let r, alpha, s, beta: Double

  public init(r: Double, alpha: Double, s: Double, beta: Double) {
    self.r = r
    self.alpha = alpha
    self.s = s
    self.beta = beta
  }

  public var name: ModelName { .paretoNBD }
  public var parameters: [Double] { [r, alpha, s, beta] }

  public func with(parameters: [Double]) -> ParetoProcess {
    guard parameters.count == 4 else { return self }
    return ParetoProcess(r: parameters[0], alpha: parameters[1], s: parameters[2], beta: parameters[3])
  }

  /// The share of the likelihood that belongs to being alive at the end of observation.
  public func aliveProbability(_ history: PurchaseHistory) -> Double {
    let integral = ParetoIntegral(r: r, alpha: alpha, s: s, beta: beta)
    let shape = r + Double(history.frequency)
    let stays = exp(integral.logDecay(shape, from: history.recency, to: history.age))
    let leaves = integral.moments(shape, from: history.recency, to: history.age).plain
    return stays / (stays + s * leaves)
  }

  public func outlook(for history: PurchaseHistory) -> ParetoOutlook {
    ParetoOutlook(
      pAlive: aliveProbability(history), shape: r + Double(history.frequency), rate: alpha + history.age,
      leavingShape: s, leavingRate: beta + history.age)
  }

  public var newCustomer: ParetoOutlook {
    ParetoOutlook(pAlive: 1, shape: r, rate: alpha, leavingShape: s, leavingRate: beta)
  }

  public func outlookIfAlive(frequency: Int, age: Double, stage: Int) -> ParetoOutlook {
    ParetoOutlook(
      pAlive: 1, shape: r + Double(frequency), rate: alpha + age, leavingShape: s, leavingRate: beta + age)
  }

  public func countsIfAlive(frequency: Int, age: Double, periods: Double) -> CountsIfAlive {
    CountsIfAlive(
      form: ParetoCounts(
        shape: r + Double(frequency), rate: alpha + age, leavingShape: s, leavingRate: beta + age,
        time: min(periods, Outlooks.longest)))
  }

  public func drawPurchases(over age: Double, using chance: inout Chance) -> [Double] {
    let rate = chance.gamma(shape: r, rate: alpha)
    let leaving = chance.gamma(shape: s, rate: beta)
    let end = leaving > 0 ? min(age, chance.exponential(rate: leaving)) : age
    var times: [Double] = []
    var time = rate > 0 ? chance.exponential(rate: rate) : .infinity
    while time <= end, times.count < PurchaseHistory.mostPurchases {
      times.append(time)
      time += chance.exponential(rate: rate)
    }
    return times
  }
}

/// The outlook of one customer under Pareto/NBD: while active the purchase rate is Gamma(shape, rate) and the
/// leaving rate Gamma(leavingShape, leavingRate).
public struct ParetoOutlook: Outlook {
  public let pAlive: Double
  let shape, rate, leavingShape, leavingRate: Double

  /// Fader and Hardie (2005), equation 41: P(alive) · (r+x)(β+T)/((α+T)(s-1)) · [1 - ((β+T)/(β+T+t))^(s-1)].
  public func expectedPurchases(in periods: Double) -> Double {
    guard periods > 0 else { return 0 }
    let periods = min(periods, Outlooks.longest)
    return pAlive * shape * leavingRate / rate
      * Special.saturation(leavingShape - 1, log1p(periods / leavingRate))
  }

  /// The count is negative binomial over the time until leaving; the mean over that time by quadrature.
  public func distribution(in periods: Double, limit: Int) -> [Double] {
    let periods = min(periods, Outlooks.longest)
    guard periods > 0 else { return [1] }
    let whole = NegativeBinomial(shape: shape, rate: rate, time: periods).chances(limit: limit)
    let reach = log1p(periods / leavingRate)
    let stays = exp(-leavingShape * reach)
    var result = whole.map { pAlive * stays * $0 }
    result[0] += 1 - pAlive
    let spread = (shape * periods / rate).squareRoot()
    let panels = 1 + Special.whole(spread / 1.5, most: 40) + Special.whole(reach, most: 40)
    let width = reach / Double(panels)
    for panel in 0..<panels {
      for (node, weight) in zip(Quadrature.sixteen.nodes, Quadrature.sixteen.weights) {
        let u = width * (Double(panel) + node)
        let share = pAlive * weight * width * leavingShape * exp(-leavingShape * u)
        let time = leavingRate * expm1(u)
        let chances = NegativeBinomial(shape: shape, rate: rate, time: time).chances(limit: whole.count - 1)
        for (count, chance) in chances.enumerated() { result[count] += share * chance }
      }
    }
    return trimmed(result)
  }

  private func trimmed(_ chances: [Double]) -> [Double] {
    var total = 0.0
    for (count, chance) in chances.enumerated() {
      total += chance
      if total >= 1 - 1e-10 { return Array(chances[...count]) }
    }
    return chances
  }

  /// (r+x)/(α+T) · ∫ of ((β+T)/(β+T+t))^s e^(-δt) dt, the integral behind the DERT of Fader, Hardie and Lee (2005b),
  /// "RFM and CLV"; with t = (β+T)(e^u - 1) the integrand is entire.
  public func discountedPurchases(rate delta: Double) -> Double {
    guard delta > 0, delta.isFinite, pAlive > 0 else { return pAlive > 0 && !(delta > 0) ? .infinity : 0 }
    let product = delta * leavingRate
    // Where δ(β+T)(e^u - 1) + (s-1)u passes 45 nothing is left.
    let reach = log1p(45 / product)
    let integral = Quadrature.sixteen.integral(from: 0, to: reach, panels: 4 + Special.whole(reach * 3, most: 400)) {
      u in
      exp((1 - leavingShape) * u - product * expm1(u))
    }
    return pAlive * shape / rate * leavingRate * integral
  }
}

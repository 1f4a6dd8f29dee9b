import Foundation

/// Counts under BG/NBD and its relatives, given that the customer still buys: at least n purchases come when that
/// many would have come from somebody who never left, and the n - 1 before the last did not end it,
///
///     P(N ≥ n) = E[(1-p)^(n-1)] · P(M ≥ kn - j),   M negative binomial (shape + j, time / rate).
///
/// The stages j share one sum of shapes, so each follows from the one before by a single term of the recurrence
/// I_z(m-1, s+1) = I_z(m, s) + z^(m-1) (1-z)^s / (s B(m, s)).
struct GeometricCounts: CountForm {
  let shape: Double
  /// time / rate.
  let odds: Double
  /// Shapes of the chance to leave; nil for customers who never do.
  let leaving: (a: Double, b: Double)?
  let stages: Int

  private func recurrence(_ first: Double, _ term: Double, _ events: Double, _ factor: Double, into row: inout [Double])
  {
    var (tail, term) = (first, term)
    for stage in 0..<stages {
      row.append(min(1, max(0, tail)) * factor)
      tail += term
      let (m, s) = (events - Double(stage), shape + Double(stage))
      term *= (m - 1) / (s + 1) / odds
    }
  }

  func reach(_ count: Int) -> [Double] {
    let events = Double(count) * Double(stages)
    let first = BetaIntegral(count: events, shape: shape).below(log(odds))
    let share = log(odds) - log1p(odds)
    let logTerm =
      (events - 1) * share - shape * log1p(odds) - Special.logBeta(events, shape) - log(shape)
    var stays = 1.0
    if let leaving {
      stays = exp(Special.logBeta(leaving.a, leaving.b + Double(count) - 1) - Special.logBeta(leaving.a, leaving.b))
    }
    var row: [Double] = []
    recurrence(first, exp(logTerm), events, stays, into: &row)
    return row
  }

  func reaches(through count: Int) -> [Double]? {
    guard shape * log1p(odds) < 600 else { return nil }
    let share = odds / (1 + odds)
    var row: [Double] = []
    row.reserveCapacity(count * stages)
    var (chance, tail, stays, events) = (exp(-shape * log1p(odds)), 1.0, 1.0, 0.0)
    for purchases in 1...max(1, count) {
      for _ in 0..<stages {
        tail -= chance
        events += 1
        chance *= (shape + events - 1) / events * share
      }
      // chance is that of `events`; the one before it is what the recurrence starts from.
      let before = chance * events / ((shape + events - 1) * share)
      if stages == 1 {
        row.append(max(0, tail) * stays)
      } else {
        recurrence(tail, before * (shape + events - 1) / shape, events, stays, into: &row)
      }
      if let leaving {
        let n = Double(purchases)
        stays *= (leaving.b + n - 1) / (leaving.a + leaving.b + n - 1)
      }
    }
    return row
  }

  func moments() -> [CountMoments] {
    guard let leaving else {
      let mean = shape * odds
      return [CountMoments(mean: mean, square: mean * (1 + (shape + 1) * odds))]
    }
    return LeavingMean(shape: shape, odds: odds, a: leaving.a, b: leaving.b, stages: stages).moments()
  }
}

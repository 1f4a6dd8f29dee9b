/// What customers say and what comes of it: ideas, changes, satisfaction; and what the staff rate.
struct Voices {
  let accounts: [Account]
  /// Euros a year of measured benefit credited to each account: the change's benefit split evenly, last 24 months.
  private(set) var benefit: [Int]

  init(seed: UInt64, _ history: History, _ worth: Worth, _ notebook: inout Notebook) {
    accounts = history.accounts
    benefit = history.accounts.map { _ in 0 }
    inspire(seed, &notebook)
    satisfy(seed, worth, &notebook)
    rate(seed, worth, &notebook)
  }

  // Ideas and changes.

  private mutating func inspire(_ seed: UInt64, _ notebook: inout Notebook) {
    var draw = Draw(seed: seed, .ideas)
    var (ideas, changes) = (0, 0)
    func idea(_ number: Int, _ day: Int, isAccepted: Bool) -> String {
      ideas += 1
      let name = Notebook.name("I", ideas)
      notebook.add(
        .idea, number, day, other: name, score: isAccepted ? 1 : 0, note: draw.pick(Voices.ideas) ?? "")
      return name
    }
    func change(_ credited: [Int], _ day: Int, euros: Int?, _ idea: String) {
      changes += 1
      let name = Notebook.name("H", changes)
      for number in credited {
        notebook.add(
          .change, number, day, other: name, euros: euros,
          note: "from idea \(idea)" + (euros == nil ? ", benefit not measured" : ""))
      }
    }
    let inspirations = draw.shuffled(accounts.indices.filter { accounts[$0].isInspiration })
    // Some by what was built, the last few by three accepted ideas.
    for number in inspirations.suffix(3) {
      for _ in 0..<draw.whole(3...4) { _ = idea(number, Calendar.end - draw.whole(15...330), isAccepted: true) }
    }
    var builders = inspirations.dropLast(3)[...]
    while let number = builders.popFirst() {
      let day = Calendar.end - draw.whole(40...660)
      let euros = Int(draw.around(9_000, spread: 0.7) / 100) * 100
      let name = idea(number, day - draw.whole(60...240), isAccepted: true)
      let credited = [number] + (draw.happens(0.2) ? [builders.popFirst()].compactMap { $0 } : [])
      for one in credited { benefit[one] += euros / credited.count }
      change(credited, day, euros: euros, name)
    }
    let others = draw.shuffled(
      accounts.indices.filter { !accounts[$0].isInspiration && !accounts[$0].isProspect && accounts[$0].since < 300 })
    for number in others.prefix(16) {
      for _ in 0..<draw.whole(1...2) { _ = idea(number, Calendar.end - draw.whole(30...700), isAccepted: true) }
    }
    for number in others.dropFirst(16).prefix(14) {
      _ = idea(number, Calendar.end - draw.whole(30...1_000), isAccepted: false)
    }
    for number in others.dropFirst(30).prefix(4) {
      let day = Calendar.end - draw.whole(60...600)
      change([number], day, euros: nil, idea(number, day - 90, isAccepted: true))
    }
    for number in others.dropFirst(34).prefix(4) {
      let day = Calendar.end - draw.whole(780...1_000)
      change([number], day, euros: draw.whole(20...120) * 100, idea(number, day - 120, isAccepted: true))
    }
  }

  private static let ideas = [
    "refillable bins", "a fixed delivery day", "kits by task", "a smaller carton", "labels with a code to scan",
    "a returnable pallet", "orders by text message", "one invoice a month", "a lighter grade",
    "a colour for each shift",
  ]

  // Satisfaction.

  private func satisfy(_ seed: UInt64, _ worth: Worth, _ notebook: inout Notebook) {
    var draw = Draw(seed: seed, .satisfaction)
    for number in accounts.indices where !accounts[number].isProspect {
      let account = accounts[number]
      let mood = draw.between(3.2, 4.6) - (account.late > 20 ? 0.3 : 0)
      for year in 0..<4 where draw.happens(0.6) {
        let day = year * 365 + draw.whole(20...350)
        guard day > account.since + 60, day < account.left ?? Calendar.end else { continue }
        let isNearLeaving = account.left.map { $0 - day < 250 } ?? account.isDeclining && year == 3
        let score = mood - (isNearLeaving ? 1.5 : 0) + 0.6 * draw.normal()
        notebook.add(.satisfaction, number, day, score: min(5, max(1, Int(score.rounded()))))
      }
    }
  }

  // Ratings for Fiocca's two steps.

  /// Step 1 is importance and difficulty, step 2 attractiveness and relationship.
  static let items = [
    "importance.volume", "importance.potential", "importance.leadership", "importance.desirability",
    "difficulty.product", "difficulty.account", "difficulty.competition", "attractiveness.market",
    "attractiveness.competition", "attractiveness.finance", "attractiveness.technology", "attractiveness.society",
    "relationship.length", "relationship.importance", "relationship.friendship", "relationship.cooperation",
    "relationship.distance",
  ]

  private func rate(_ seed: UInt64, _ worth: Worth, _ notebook: inout Notebook) {
    var draw = Draw(seed: seed, .ratings)
    for number in accounts.indices where !accounts[number].isProspect && !accounts[number].isLeaver {
      guard draw.happens(0.85) else { continue }
      let account = accounts[number]
      let day = Calendar.end - draw.whole(5...200)
      let rank = worth.rank[number] ?? 1
      let axes = [
        4.6 - 3 * rank + (account.isBenchmark ? 0.6 : 0),
        account.isLossMaking || account.part == .hungryGiant || account.part == .volume ? 4.2 : draw.between(1.6, 3.8),
        draw.between(1.6, 4.4), account.isDeclining ? 2 : 2 + 2 * Double(Calendar.end - account.since) / 1_460,
      ]
      for item in Voices.items where !draw.happens(0.06) {
        let axis = item.hasPrefix("importance") ? 0 : item.hasPrefix("diff") ? 1 : item.hasPrefix("attr") ? 2 : 3
        let score = Int((axes[axis] + 0.7 * draw.normal()).rounded())
        notebook.add(.rating, number, day, other: item, score: min(5, max(1, score)))
      }
    }
  }
}

import Kernel
import Store

/// What may be used of one person: every purpose by every channel, with the reason.
package struct ConsentSheet: Sendable, Encodable {
  package struct Line: Sendable, Encodable {
    package let purpose: ConsentPurpose
    package let channels: [Consent.Channel]
    package let answers: [Contactable]

    enum Key: CodingKey { case purpose, name, channels }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(purpose.id, forKey: .purpose)
      try container.encode(purpose.name, forKey: .name)
      try container.encode(
        Dictionary(
          zip(channels.map(\.rawValue), answers).map { ($0, $1) }, uniquingKeysWith: { first, _ in first }),
        forKey: .channels)
    }
  }

  package let lines: [Line]
  /// What was said, the newest first.
  package let history: [Consent]

  /// Purposes that are allowed by at least one channel.
  package var allowed: Int { lines.count { line in line.answers.contains(where: \.isAllowed) } }
}

extension Consents {
  package func sheet(of person: Consent.Person, for actor: Actor) async throws -> ConsentSheet {
    let purposes = try await purposes(for: actor)
    let history = try await history(of: person, for: actor)
    let zone = try await database.read { try Interactions.zone(in: $0) }
    let today = clock.now.day(in: zone)
    let said = Dictionary(grouping: history, by: ConsentCell.init)
    let channels = Consent.Channel.allCases
    return ConsentSheet(
      lines: purposes.map { purpose in
        ConsentSheet.Line(
          purpose: purpose, channels: channels,
          answers: channels.map { channel in
            Consent.contactable(said[ConsentCell(purpose.id, channel)] ?? [], channel, on: today)
          })
      }, history: history)
  }
}

extension ConsentCell {
  init(_ purpose: ID<ConsentPurpose>, _ channel: Consent.Channel) {
    self.purpose = purpose
    self.channel = channel
  }
}

import Kernel
import Store

extension DataMap {
  /// The people a company speaks with, what was said, and what they agreed to.
  static var contacts: [Table] { who + roles + interactions + consents }

  private static let mine: @Sendable (Int64) -> Statement = { "contact_id = \($0)" }
  private static let ofCustomer: @Sendable (Int64) -> Statement = { "customer_id = \($0)" }

  private static var who: [Table] {
    [
      table(
        "contact_point", .dealings, technical: "channel place kind", pseudonymous: "contact_id",
        personal: "folded value", rules: [Rule(.contact, .remove, mine)]),
      table(
        "contact_key", .dealings, technical: "source_id import_id", pseudonymous: "contact_id", personal: "external_id",
        rules: [Rule(.contact, .remove, mine)]),
      table(
        "contact", .dealings, technical: "id import_id created_at binned_at version", pseudonymous: "owner_id team_id",
        personal: """
          first_name last_name folded title job email phone street postal_code city country language birthday note
          """.joinedLines,
        rules: [
          Rule(
            .contact,
            .overwrite(
              """
              first_name = '', last_name = \(erasedPerson), folded = 'erased person', title = NULL, job = NULL,
                email = NULL, phone = NULL, street = NULL, postal_code = NULL, city = NULL, country = NULL,
                language = NULL, birthday = NULL, note = NULL, binned_at = coalesce(binned_at, created_at),
                version = version + 1
              """)
          ) { "id = \($0)" }
        ],
        mentions: [Mention(column: "note", act: .tell)]),
    ]
  }

  private static var roles: [Table] {
    [
      table(
        "contact_role", .dealings, technical: "id role since_day import_id created_at",
        pseudonymous: "customer_id contact_id", personal: "function", acts: true,
        rules: [Rule(.contact, .overwrite("function = ''"), mine), Rule(.customer, .keep, ofCustomer)]),
      table("contact_role_end", .dealings, technical: "role_id day at", acts: true),
      table(
        "main_contact", .dealings, technical: "id import_id at", pseudonymous: "customer_id contact_id", acts: true,
        rules: [Rule(.contact, .keep, mine), Rule(.customer, .keep, ofCustomer)]),
    ]
  }

  /// That there was a conversation stays, for the sake of the customer; what was said in it does not.
  private static var interactions: [Table] {
    let wordless: Erasing = .overwrite(
      """
      outcome_note = '', subject = 'Erased', text = '', folded = 'erased', party = '', external_id = NULL,
        version = version + 1
      """)
    let corrections: @Sendable (StaticString) -> @Sendable (Int64) -> Statement = { column in
      { "interaction_id IN (SELECT i.id FROM interaction i WHERE i.\(name: column) = \($0))" }
    }
    return [
      table(
        "interaction_correction", .dealings, technical: "id interaction_id at", personal: "before reason", acts: true,
        rules: [
          Rule(.contact, .remove, corrections("contact_id")), Rule(.customer, .remove, corrections("customer_id")),
        ],
        mentions: [Mention(column: "before", act: .remove), Mention(column: "reason", act: .tell)]),
      table("interaction_withdrawal", .dealings, technical: "interaction_id at", acts: true),
      table(
        "interaction_participant", .dealings, technical: "interaction_id place", pseudonymous: "contact_id user_id",
        rules: [Rule(.contact, .remove, mine), Rule(.user, .keep) { "user_id = \($0)" }]),
      table(
        "interaction", .dealings,
        technical: """
          id kind direction channel day at is_timed minutes outcome product_id decision_id source_id import_id team_id \
          created_at version
          """.joinedLines,
        pseudonymous: "customer_id contact_id external_id", personal: "outcome_note subject text folded party",
        acts: true, rules: [Rule(.contact, wordless, mine), Rule(.customer, wordless, ofCustomer)],
        mentions: [
          Mention(column: "subject", act: .tell), Mention(column: "text", act: .tell),
          Mention(column: "outcome_note", act: .tell), Mention(column: "party", act: .overwrite("party = ''")),
        ]),
    ]
  }

  private static var consents: [Table] {
    [
      table(
        "consent_purpose", .settings, technical: "id name folded note basis months created_at version", acts: true),
      table("consent_text", .settings, technical: "id purpose_id number text at", acts: true),
      // What was agreed to when stays as the proof of what was sent while they were known.
      table(
        "consent", .proof, technical: "id purpose_id channel state basis at expires_day text_id created_at",
        pseudonymous: "contact_id customer_id", personal: "source note", acts: true,
        rules: [
          Rule(.contact, .overwrite("source = '', note = ''"), mine),
          Rule(.customer, .overwrite("source = '', note = ''"), ofCustomer),
        ]),
    ]
  }
}

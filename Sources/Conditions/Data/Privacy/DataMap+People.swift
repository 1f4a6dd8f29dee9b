import Kernel
import Store

extension DataMap {
  /// The company, and who signs in.
  static var people: [Table] {
    [
      table(
        "company", .settings,
        technical: """
          one name currency time_zone first_weekday language decimal_mark date_order note version created_at
          """.joinedLines),
      table("team", .access, technical: "id name note created_at version"),
      table("role", .access, technical: "code name folded note is_ready_made sees_personal version created_at"),
      table("role_grant", .access, technical: "role_code noun verb reach"),
      table("role_field", .access, technical: "role_code noun field access"),
      table("rights_revision", .working, technical: "one number"),
      table(
        "team_member", .access, technical: "team_id at", pseudonymous: "user_id", acts: true,
        rules: [Rule(.user, .remove) { "user_id = \($0)" }]),
    ] + access
  }

  /// How people come in and stay. What is found by an address comes before the address itself goes.
  private static var access: [Table] {
    let mine: @Sendable (Int64) -> Statement = { "user_id = \($0)" }
    let named: @Sendable (Int64) -> Statement = { "email = (SELECT u.email FROM app_user u WHERE u.id = \($0))" }
    return [
      table(
        "invitation_end", .access, technical: "invitation_id kind at", pseudonymous: "user_id", acts: true,
        rules: [Rule(.user, .keep, mine)]),
      table(
        "invitation", .access, technical: "id role team_id created_at expires_at", personal: "email name",
        secret: "token_hash", acts: true,
        rules: [Rule(.user, .overwrite("email = 'erased@erased.invalid', name = \(formerUser)"), named)]),
      table(
        "password_reset", .access, technical: "created_at expires_at", pseudonymous: "user_id", secret: "token_hash",
        acts: true, rules: [Rule(.user, .remove, mine)]),
      table(
        "password_request", .access, technical: "at", pseudonymous: "user_id", personal: "address",
        rules: [Rule(.user, .remove, mine)], retention: .addresses),
      table(
        "second_factor", .access, technical: "key_id last_step created_at", pseudonymous: "user_id", secret: "sealed",
        rules: [Rule(.user, .remove, mine)]),
      table(
        "second_factor_start", .access, technical: "key_id at", pseudonymous: "user_id", secret: "sealed",
        rules: [Rule(.user, .remove, mine)]),
      table(
        "recovery_code", .access, technical: "used_at", pseudonymous: "user_id", secret: "code_hash",
        rules: [Rule(.user, .remove, mine)]),
      table("second_factor_rule", .settings, technical: "role at", acts: true),
      table(
        "half_session", .access, technical: "created_at tries", pseudonymous: "user_id", secret: "token_hash",
        rules: [Rule(.user, .remove, mine)]),
      table(
        "lock_out", .access, technical: "at until_at", personal: "subject email address",
        rules: [Rule(.user, .remove, named)], retention: .addresses),
      table("api_key_revocation", .access, technical: "key_id at", acts: true),
      table(
        "api_key", .access, technical: "id name scopes created_at expires_at used_at", pseudonymous: "user_id",
        personal: "used_from", secret: "token_hash", rules: [Rule(.user, .overwrite("used_from = NULL"), mine)]),
      table("guide_dismissal", .settings, technical: "one at", acts: true),
      table("guide_postponement", .settings, technical: "step at", acts: true),
      table(
        "app_user", .access, technical: "id role team_id created_at disabled_at version", personal: "email name",
        secret: "password",
        rules: [
          Rule(
            .user,
            .overwrite(
              """
              email = 'erased-' || id || '@erased.invalid', name = \(formerUser), password = '',
                disabled_at = coalesce(disabled_at, created_at), version = version + 1
              """)
          ) { "id = \($0)" }
        ]),
      table(
        "session", .access, technical: "id created_at seen_at second_factor_at", pseudonymous: "user_id",
        personal: "address agent",
        secret: "token_hash", rules: [Rule(.user, .remove) { "user_id = \($0)" }], retention: .sessions),
    ]
  }

  /// Whom the company deals with and what they bought.
  static var customers: [Table] {
    [
      table(
        "customer", .dealings, technical: "id kind version created_at import_id binned_at",
        pseudonymous: "parent_id owner_id team_id",
        personal: "name folded email phone website street postal_code city country language note",
        rules: [
          Rule(
            .customer,
            .overwrite(
              """
              name = \(erasedPerson), folded = 'erased person', email = NULL, phone = NULL, website = NULL, street = NULL,
                postal_code = NULL, city = NULL, country = NULL, language = NULL, note = NULL, version = version + 1
              """)
          ) { "id = \($0)" }
        ],
        mentions: [Mention(column: "note", act: .tell)]),
      table(
        "customer_key", .dealings, technical: "source_id", pseudonymous: "customer_id", personal: "external_id",
        rules: [Rule(.customer, .remove) { "customer_id = \($0)" }]),
      table(
        "customer_trait", .dealings, technical: "name source_id import_id at", pseudonymous: "customer_id",
        personal: "value", rules: [Rule(.customer, .remove) { "customer_id = \($0)" }]),
      table("source", .intake, technical: "id name created_at"),
      table("facts_revision", .working, technical: "one number"),
      table("product_category", .dealings, technical: "id parent_id name"),
      table(
        "product", .dealings,
        technical: "id source_id external_id name folded category_id supplier brand import_id version"),
      table(
        "purchase", .dealings,
        technical: "day id at kind source_id of_purchase_id value_minor lines cancelled_at import_id",
        pseudonymous: "customer_id external_id",
        rules: [Rule(.customer, .overwrite("external_id = NULL")) { "customer_id = \($0)" }]),
      table(
        "purchase_line", .dealings,
        technical: """
          day purchase_id line product_id quantity amount_minor list_minor discount_minor coupon_minor match_minor \
          content import_id unit_cost_minor
          """.joinedLines,
        pseudonymous: "customer_id external_line",
        rules: [Rule(.customer, .overwrite("external_line = NULL")) { "customer_id = \($0)" }]),
      table(
        "cost_driver", .dealings, technical: "day id kind pieces minutes amount_minor due_day source_id import_id",
        pseudonymous: "customer_id external_id",
        rules: [Rule(.customer, .overwrite("external_id = 'erased-' || id")) { "customer_id = \($0)" }]),
    ] + observed
  }

  private static var observed: [Table] {
    [
      // Before the observations they take back.
      table(
        "observation_withdrawal", .dealings, technical: "observation_id at", acts: true,
        rules: [
          Rule(.customer, .remove) {
            "observation_id IN (SELECT id FROM observation WHERE customer_id = \($0) OR other_id = \($0))"
          }
        ]),
      table(
        "observation", .dealings,
        technical: "id day kind amount_minor score source_id external_id import_id created_at",
        pseudonymous: "customer_id other_id", personal: "other note", acts: true,
        rules: [Rule(.customer, .remove) { "customer_id = \($0) OR other_id = \($0)" }],
        mentions: [Mention(column: "note", act: .tell)]),
      table("relationship_end", .dealings, technical: "relationship_id day at", acts: true),
      table(
        "relationship", .dealings, technical: "id kind since_day created_at", pseudonymous: "customer_id other_id",
        personal: "note", acts: true,
        rules: [Rule(.customer, .overwrite("note = ''")) { "customer_id = \($0) OR other_id = \($0)" }],
        mentions: [Mention(column: "note", act: .tell)]),
    ]
  }
}

extension String {
  /// Text of several lines in one, as the names of many columns are written.
  var joinedLines: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}

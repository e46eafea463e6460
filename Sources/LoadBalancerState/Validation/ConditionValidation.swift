import ELBModel

/// What the conditions of a rule must look like.
///
/// Source: Application Load Balancer user guide, condition types and quotas.
enum ConditionValidation {
    static func check(_ conditions: [RuleCondition], quotas: Quotas) throws(ELBFailure) {
        var fields: Set<String> = []
        for condition in conditions {
            try check(condition)
            guard isRepeatable(condition) || fields.insert(condition.field).inserted else {
                throw .validation("A rule can only have one '\(condition.field)' condition")
            }
        }
        guard conditions.reduce(0, { $0 + $1.valueCount }) <= quotas.conditionValuesPerRule else {
            throw .validation("A rule can only have '\(quotas.conditionValuesPerRule)' condition values")
        }
        guard conditions.reduce(0, { $0 + wildcards($1) }) <= quotas.conditionWildcardsPerRule else {
            throw .validation("A rule can only have '\(quotas.conditionWildcardsPerRule)' condition wildcards")
        }
    }

    private static func check(_ condition: RuleCondition) throws(ELBFailure) {
        if case .other(let field) = condition {
            throw .validation(
                "Condition field '\(field)' must be one of '[\(known)]', with values and without RegexValues")
        }
        guard condition.valueCount > 0 else {
            throw .validation("A condition value must be specified for field '\(condition.field)'")
        }
        for value in texts(condition) {
            guard !value.isEmpty, value.utf8.count <= 128 else {
                throw .validation("Condition value '\(value.prefix(140))' must have 1 to 128 characters")
            }
            guard value.utf8.allSatisfy({ (32...126).contains($0) }) else {
                throw .validation("Condition value '\(value)' contains a character that is not printable ASCII")
            }
        }
        switch condition {
        case .hostHeader(let values): try check(values, "host-header", allowing: "-.*?")
        case .pathPattern(let values): try check(values, "path-pattern", allowing: "_-.$/~\"'@:+ &*?")
        case .httpHeader(let name, _): try checkHeader(name)
        case .httpRequestMethod(let values): try checkMethods(values)
        case .sourceIP(let values): try checkBlocks(values)
        case .queryString, .other: break
        }
    }

    private static let known = "host-header, path-pattern, http-header, http-request-method, query-string, source-ip"

    private static func isRepeatable(_ condition: RuleCondition) -> Bool {
        switch condition {
        case .httpHeader, .queryString: true
        case .hostHeader, .pathPattern, .httpRequestMethod, .sourceIP, .other: false
        }
    }

    private static func texts(_ condition: RuleCondition) -> [String] {
        switch condition {
        case .hostHeader(let values), .pathPattern(let values), .httpRequestMethod(let values), .sourceIP(let values),
            .httpHeader(name: _, let values):
            values
        case .queryString(let patterns): patterns.flatMap { [$0.key, $0.value].compactMap { $0 } }
        case .other: []
        }
    }

    private static func wildcards(_ condition: RuleCondition) -> Int {
        switch condition {
        case .hostHeader, .pathPattern, .httpHeader, .queryString:
            texts(condition).reduce(0) { $0 + $1.count { $0 == "*" || $0 == "?" } }
        case .httpRequestMethod, .sourceIP, .other: 0
        }
    }

    private static func check(_ values: [String], _ field: String, allowing others: String) throws(ELBFailure) {
        let others = Set(others.utf8)
        for value in values {
            guard let bad = value.utf8.first(where: { !Names.isAlphanumeric($0) && !others.contains($0) }) else {
                continue
            }
            throw .validation("The value '\(value)' of '\(field)' contains '\(Character(Unicode.Scalar(bad)))'")
        }
    }

    private static func checkHeader(_ name: String) throws(ELBFailure) {
        guard (1...40).contains(name.utf8.count),
            name.utf8.allSatisfy({ (33...126).contains($0) && $0 != 42 && $0 != 63 })
        else {
            throw .validation("HTTP header name '\(name.prefix(60))' must have 1 to 40 characters and no wildcards")
        }
        guard name.lowercased() != "host" else {
            throw .validation("HTTP header name '\(name)' is not allowed. Use a host-header condition")
        }
    }

    private static func checkMethods(_ values: [String]) throws(ELBFailure) {
        for value in values {
            guard value.utf8.count <= 40, value.utf8.allSatisfy({ (65...90).contains($0) || $0 == 45 || $0 == 95 })
            else {
                throw .validation(
                    "HTTP method '\(value)' must have at most 40 characters of A-Z, hyphen and underscore")
            }
        }
    }

    private static func checkBlocks(_ values: [String]) throws(ELBFailure) {
        for value in values {
            guard CIDRBlock(value) != nil, value != "255.255.255.255/32" else {
                throw .validation("'\(value)' is not a valid source IP block. Use CIDR notation: 192.0.2.0/24")
            }
        }
    }
}

import JSON

extension PodValidation {
    /// What may not become of a pod's spec once it exists.
    static func changeErrors(_ spec: JSONValue, from old: JSONValue) -> [FieldError] {
        for field in ["containers", "initContainers"] where spec.entries(field).count != old.entries(field).count {
            return [.forbidden("spec.\(field)", "pod updates may not add or remove containers")]
        }
        var errors = deadlineErrors(spec, from: old)
        errors += tolerationChanges(spec.entries("tolerations"), from: old.entries("tolerations"))
        if withoutMutableFields(spec, old) != withoutMutableFields(old, old) {
            errors.append(
                .forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                        + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
                        + "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set "
                        + "to 1 if it was previously negative)"))
        }
        return errors
    }

    private static func deadlineErrors(_ spec: JSONValue, from old: JSONValue) -> [FieldError] {
        guard let before = old["activeDeadlineSeconds"]?.intValue else { return [] }
        let field = "spec.activeDeadlineSeconds"
        guard let now = spec["activeDeadlineSeconds"]?.intValue else {
            return [.invalid(field, nil, "must not update from a positive integer to nil value")]
        }
        guard now > before else { return [] }
        return [.invalid(field, .number(JSONNumber(now)), "must be less than or equal to previous value")]
    }

    /// Tolerations may come, none may go or change but for its seconds.
    private static func tolerationChanges(_ tolerations: [JSONValue], from old: [JSONValue]) -> [FieldError] {
        func withoutSeconds(_ toleration: JSONValue) -> JSONValue {
            var toleration = toleration
            toleration["tolerationSeconds"] = nil
            return toleration
        }
        let kept = tolerations.map(withoutSeconds)
        guard !old.map(withoutSeconds).allSatisfy(kept.contains) else { return [] }
        return [
            .forbidden(
                "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")
        ]
    }

    private static func withoutMutableFields(_ spec: JSONValue, _ old: JSONValue) -> JSONValue {
        var spec = spec
        for field in ["activeDeadlineSeconds", "tolerations", "schedulingGates"] { spec[field] = nil }
        let grace = spec["terminationGracePeriodSeconds"]?.intValue ?? 0
        let before = old["terminationGracePeriodSeconds"]?.intValue ?? 0
        if before < 0, grace == 1 || grace == before { spec["terminationGracePeriodSeconds"] = nil }
        for field in ["containers", "initContainers"] {
            spec.changeEach(field) { $0["image"] = nil }
        }
        return spec
    }
}

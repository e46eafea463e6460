import JSON

/// What a pod's volumes must satisfy. Source: the Pod validation of the Kubernetes API.
enum VolumeValidation {
    /// The sources with a field they cannot do without.
    private static let required = [
        ("hostPath", "path"), ("secret", "secretName"), ("configMap", "name"),
        ("persistentVolumeClaim", "claimName"), ("csi", "driver"),
    ]

    static func errors(_ volumes: [JSONValue], at path: @autoclosure () -> String) -> [FieldError] {
        var errors: [FieldError] = []
        var seen: Set<String> = []
        for (index, volume) in volumes.enumerated() {
            errors += sourceErrors(volume, at: "\(path())[\(index)]")
            func field() -> String { "\(path())[\(index)].name" }
            let name = volume.text("name")
            if name.isEmpty {
                errors.append(.required(field()))
            } else {
                errors += NameRules.labelProblems(name).map { .invalid(field(), .string(name), $0) }
                if !seen.insert(name).inserted { errors.append(.duplicate(field(), .string(name))) }
            }
        }
        return errors
    }

    private static func sourceErrors(_ volume: JSONValue, at path: @autoclosure () -> String) -> [FieldError] {
        let sources = (volume.objectValue ?? [:]).map(\.key).filter { $0 != "name" }
        let order = [
            "emptyDir", "hostPath", "secret", "persistentVolumeClaim", "downwardAPI", "configMap", "projected",
        ]
        let ranked = sources.sorted { (order.firstIndex(of: $0) ?? 99, $0) < (order.firstIndex(of: $1) ?? 99, $1) }
        var errors = ranked.dropFirst().map { source in
            FieldError.forbidden("\(path()).\(source)", "may not specify more than 1 volume type")
        }
        for (source, field) in required where source == ranked.first {
            guard (volume[source] ?? [:]).text(field).isEmpty else { continue }
            errors.append(.required("\(path()).\(source).\(field)"))
        }
        return errors
    }
}

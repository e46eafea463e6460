import JSON

/// The canonical form of a pod template.
///
/// Source: defaults of `k8s.io/api/core/v1` as the API server applies them to a PodTemplateSpec, and Go's
/// `omitempty`, which makes an absent field and its zero value the same.
enum PodTemplateForm {
    /// Maps from users' keys to users' strings: every entry counts, empty strings included.
    private static let plainMaps: Set<String> = [
        "labels", "annotations", "nodeSelector", "matchLabels", "limits", "requests", "options", "volumeAttributes",
    ]
    /// Objects whose presence alone means something.
    private static let meaningfulWhenEmpty: Set<String> = [
        "emptyDir", "labelSelector", "namespaceSelector", "podSelector", "selector",
    ]
    /// Fields whose zero is the same as their absence (they are not pointers in the API's Go types).
    private static let zeroIsAbsent: Set<String> = [
        "initialDelaySeconds", "hostPort", "hostNetwork", "hostPID", "hostIPC", "stdin", "stdinOnce", "tty",
        "readOnly",
    ]

    static func canonical(_ template: JSONValue) -> JSONValue {
        var result: JSONValue = [:]
        var labels = template.at("metadata", "labels") ?? [:]
        labels[RolloutKeys.podTemplateHash] = nil
        result["metadata"] = reduced([
            "labels": labels, "annotations": template.at("metadata", "annotations") ?? [:],
        ])
        var spec = template["spec"] ?? [:]
        spec["serviceAccount"] = nil
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            guard let containers = spec[list]?.arrayValue else { continue }
            spec[list] = .array(containers.map(container))
        }
        if let volumes = spec["volumes"]?.arrayValue { spec["volumes"] = .array(volumes.map(volume)) }
        elide(podDefaults, in: &spec)
        result["spec"] = reduced(spec)
        return result
    }

    /// Removes what Go's `omitempty` would, everywhere below `value`.
    private static func reduced(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let fields):
            var result = JSONObject()
            for (key, field) in fields.sortedByKey {
                if plainMaps.contains(key), let entries = field.objectValue {
                    if !entries.isEmpty {
                        result[key] = plain(field, isResources: key == "limits" || key == "requests")
                    }
                    continue
                }
                let reduced = reduced(field)
                if isAbsent(reduced, key: key) { continue }
                result[key] = reduced
            }
            return .object(result)
        case .array(let elements): return .array(elements.map(reduced))
        case .null, .bool, .number, .string: return value
        }
    }

    private static func isAbsent(_ value: JSONValue, key: String) -> Bool {
        switch value {
        case .null: true
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let fields): fields.isEmpty && !meaningfulWhenEmpty.contains(key)
        case .bool(let flag): !flag && zeroIsAbsent.contains(key)
        case .number(let number): number.int == 0 && zeroIsAbsent.contains(key)
        }
    }

    private static func plain(_ value: JSONValue, isResources: Bool) -> JSONValue {
        var result = JSONObject()
        for (key, entry) in value.objectValue?.sortedByKey ?? [:] {
            let text = entry.stringValue ?? entry.text
            result[key] = .string(isResources ? Quantity.canonical(text) : text)
        }
        return .object(result)
    }

    /// Removes the fields of `value` that have their default.
    private static func elide(_ defaults: [(String, JSONValue)], in value: inout JSONValue) {
        for (key, standard) in defaults where value[key] == standard {
            value[key] = nil
        }
    }

    private static func edit(_ key: String, of value: inout JSONValue, _ change: (inout JSONValue) -> Void) {
        guard var field = value[key], field.objectValue != nil else { return }
        change(&field)
        value[key] = field
    }
}

extension PodTemplateForm {
    private static let podDefaults: [(String, JSONValue)] = [
        ("restartPolicy", "Always"), ("dnsPolicy", "ClusterFirst"), ("schedulerName", "default-scheduler"),
        ("terminationGracePeriodSeconds", 30), ("enableServiceLinks", true),
    ]
    private static let containerDefaults: [(String, JSONValue)] = [
        ("terminationMessagePath", "/dev/termination-log"), ("terminationMessagePolicy", "File"),
    ]
    private static let probeDefaults: [(String, JSONValue)] = [
        ("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3),
    ]

    private static func container(_ value: JSONValue) -> JSONValue {
        var result = value
        elide(containerDefaults, in: &result)
        elide([("imagePullPolicy", .string(pullPolicy(of: value["image"]?.stringValue ?? "")))], in: &result)
        if let ports = value["ports"]?.arrayValue {
            result["ports"] = .array(
                ports.map { port in
                    var port = port
                    elide([("protocol", "TCP")], in: &port)
                    return port
                })
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            edit(probe, of: &result) { probe in
                elide(probeDefaults, in: &probe)
                handler(&probe)
            }
        }
        edit("lifecycle", of: &result) { lifecycle in
            edit("preStop", of: &lifecycle, handler)
            edit("postStart", of: &lifecycle, handler)
        }
        if let variables = value["env"]?.arrayValue { result["env"] = .array(variables.map(fieldReference)) }
        return result
    }

    private static func handler(_ value: inout JSONValue) {
        edit("httpGet", of: &value) { elide([("scheme", "HTTP"), ("path", "/")], in: &$0) }
    }

    private static func fieldReference(_ value: JSONValue) -> JSONValue {
        var result = value
        edit("valueFrom", of: &result) { source in
            edit("fieldRef", of: &source) { elide([("apiVersion", "v1")], in: &$0) }
            edit("resourceFieldRef", of: &source) { elide([("divisor", "0")], in: &$0) }
        }
        return result
    }

    private static func volume(_ value: JSONValue) -> JSONValue {
        var result = value
        for source in ["configMap", "secret", "downwardAPI", "projected"] {
            edit(source, of: &result) { elide([("defaultMode", 420)], in: &$0) }
        }
        edit("hostPath", of: &result) { elide([("type", "")], in: &$0) }
        return result
    }

    /// Source: an image without a tag, or tagged `latest`, is pulled always.
    private static func pullPolicy(of image: String) -> String {
        if image.contains("@") { return "IfNotPresent" }
        let name = image.split(separator: "/").last ?? ""
        let tag = name.split(separator: ":").dropFirst().last
        return tag == nil || tag == "latest" ? "Always" : "IfNotPresent"
    }
}

import JSON

/// Makes a RolloutList like the ones an API server sends: managed fields, the annotation of `kubectl apply`, a pod
/// template of two containers, a status with conditions. The same size gives the same bytes.
enum RolloutListGenerator {
    /// The compact list with the fewest items that is at least that many bytes long.
    static func list(byteCount: Int) -> [UInt8] {
        var random = SplitMix(state: 2)
        var items: [JSONValue] = []
        var size = 0
        while size < byteCount {
            let item = rollout(items.count, &random)
            size += item.serialized().count + 1
            items.append(item)
        }
        let list: JSONValue = [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "RolloutList",
            "metadata": ["continue": "", "resourceVersion": "81726354"], "items": .array(items),
        ]
        return list.serialized()
    }

    private static func rollout(_ number: Int, _ random: inout SplitMix) -> JSONValue {
        let name = "\(["checkout", "search", "billing", "web", "recommendations"][number % 5])-\(number)"
        let template = podTemplate(name, &random)
        var result: JSONValue = [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
            "metadata": metadata(name, number, &random),
        ]
        result["spec"] = [
            "replicas": .int(Int(random.next() % 40)), "revisionHistoryLimit": 5, "progressDeadlineSeconds": 600,
            "selector": ["matchLabels": ["app.kubernetes.io/name": .string(name)]],
            "strategy": ["canary": canary(name)], "template": template,
        ]
        result["status"] = status(&random)
        let applied: JSONValue = [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
            "metadata": ["name": .string(name), "namespace": "shop"], "spec": ["template": template],
        ]
        if number % 2 == 0 {
            let key = "kubectl.kubernetes.io/last-applied-configuration"
            result.set(.string(applied.text + "\n"), at: "metadata", "annotations", key)
        }
        return result
    }

    private static func metadata(_ name: String, _ number: Int, _ random: inout SplitMix) -> JSONValue {
        [
            "annotations": ["rollout.argoproj.io/revision": .string(String(random.next() % 90 + 1))],
            "creationTimestamp": .string("2026-0\(number % 9 + 1)-1\(number % 10)T0\(number % 7):21:37Z"),
            "generation": .int(Int(random.next() % 300)),
            "labels": [
                "app.kubernetes.io/name": .string(name), "app.kubernetes.io/managed-by": "argocd",
                "team": .string("team-\(number % 23)"), "tier": number % 2 == 0 ? "frontend" : "backend",
            ],
            "managedFields": [
                fields("argocd-controller", ["replicas", "selector", "strategy", "template"]),
                fields("rollouts-controller", ["HPAReplicas", "conditions", "currentPodHash", "phase", "stableRS"]),
            ],
            "name": .string(name), "namespace": .string("shop-\(number % 12)"),
            "resourceVersion": .string(String(70_000_000 + random.next() % 9_999_999)),
            "uid": .string(uid(&random)),
        ]
    }

    private static func fields(_ manager: String, _ names: [String]) -> JSONValue {
        var owned: JSONValue = [:]
        for name in names {
            owned["f:\(name)"] = [".": [:], "f:value": [:], "k:{\"name\":\"\(name)\"}": ["f:name": [:]]]
        }
        return [
            "apiVersion": "argoproj.io/v1alpha1", "fieldsType": "FieldsV1", "fieldsV1": ["f:spec": owned],
            "manager": .string(manager), "operation": "Update", "time": "2026-03-14T09:26:53Z",
        ]
    }

    private static func canary(_ name: String) -> JSONValue {
        [
            "canaryService": .string("\(name)-canary"), "stableService": .string("\(name)-stable"),
            "maxSurge": "25%", "maxUnavailable": 0,
            "steps": [
                ["setWeight": 10], ["pause": ["duration": "5m"]], ["setWeight": 25], ["pause": ["duration": "10m"]],
                ["setWeight": 50], ["pause": [:]],
            ],
            "trafficRouting": [
                "alb": ["ingress": .string(name), "rootService": .string("\(name)-root"), "servicePort": 443]
            ],
        ]
    }

    private static func podTemplate(_ name: String, _ random: inout SplitMix) -> JSONValue {
        [
            "metadata": [
                "annotations": ["prometheus.io/scrape": "true", "prometheus.io/port": "9090"],
                "labels": ["app.kubernetes.io/name": .string(name)],
            ],
            "spec": [
                "containers": [
                    container(name, environment: 12, &random), container("proxy", environment: 3, &random),
                ],
                "serviceAccountName": .string(name), "terminationGracePeriodSeconds": 60,
                "volumes": [["name": "config", "configMap": ["name": .string("\(name)-config"), "defaultMode": 420]]],
            ],
        ]
    }

    private static func container(_ name: String, environment count: Int, _ random: inout SplitMix) -> JSONValue {
        let digest = String(random.next(), radix: 16)
        let variables = (0..<count).map { number -> JSONValue in
            ["name": .string("SETTING_\(number)"), "value": .string("value \(random.next() % 1_000_000) of \(name)")]
        }
        return [
            "name": .string(name), "image": .string("registry.example.com/shop/\(name):v1.\(count).0-\(digest)"),
            "imagePullPolicy": "IfNotPresent", "env": .array(variables),
            "ports": [["containerPort": 8080, "name": "http", "protocol": "TCP"]],
            "readinessProbe": [
                "httpGet": ["path": "/healthz", "port": 8080, "scheme": "HTTP"], "initialDelaySeconds": 5,
                "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3,
            ],
            "resources": [
                "limits": ["cpu": "2", "memory": "1Gi"], "requests": ["cpu": "250m", "memory": "512Mi"],
            ],
            "securityContext": ["allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true],
            "volumeMounts": [["mountPath": "/etc/config", "name": "config", "readOnly": true]],
        ]
    }

    private static func status(_ random: inout SplitMix) -> JSONValue {
        let hash = String(random.next() % 0xFFFF_FFFF, radix: 16)
        let conditions = ["Available", "Healthy", "Completed", "Progressing"].map { type -> JSONValue in
            [
                "lastTransitionTime": "2026-05-01T10:11:12Z", "lastUpdateTime": "2026-05-01T10:11:12Z",
                "message": .string("ReplicaSet \"\(hash)\" has successfully progressed."),
                "reason": "NewReplicaSetAvailable", "status": "True", "type": .string(type),
            ]
        }
        return [
            "HPAReplicas": 8, "availableReplicas": 8, "blueGreen": [:],
            "canary": ["weights": ["canary": ["weight": 0]]],
            "conditions": .array(conditions), "currentPodHash": .string(hash), "currentStepHash": "5f8d9c7b6d",
            "currentStepIndex": 6, "observedGeneration": .string(String(random.next() % 300)), "phase": "Healthy",
            "readyReplicas": 8, "replicas": 8, "selector": "app.kubernetes.io/name=web", "stableRS": .string(hash),
            "updatedReplicas": 8,
        ]
    }

    private static func uid(_ random: inout SplitMix) -> String {
        let first = String(random.next() | 1 << 63, radix: 16)
        let second = String(random.next() | 1 << 63, radix: 16)
        let groups = [
            first.prefix(8), first.dropFirst(8).prefix(4), "4" + second.prefix(3), "a" + second.suffix(3),
            first.suffix(12),
        ]
        return groups.joined(separator: "-")
    }
}

/// A generator of the same numbers in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

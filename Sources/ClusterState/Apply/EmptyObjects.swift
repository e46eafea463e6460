import JSON

/// What a new object has before anyone has set anything: the fields that its type writes even when they are empty.
///
/// Nobody owns these, so they decide which objects and lists of a new object are listed among its fields. Source: the
/// `managedFields` of objects created on a real server.
enum EmptyObjects {
    static func object(_ definition: ResourceDefinition) -> JSONValue {
        guard !definition.isCustom else { return [:] }
        var object: JSONValue = ["metadata": ["creationTimestamp": nil]]
        for (field, value) in fields[definition.typeName ?? ""] ?? [:] {
            object[field] = value
        }
        return object
    }

    private static let template: JSONValue = ["metadata": ["creationTimestamp": nil], "spec": ["containers": nil]]
    private static let noNames: JSONValue = ["plural": "", "kind": ""]

    private static let fields: [String: JSONObject] = [
        "CustomResourceDefinition": [
            "spec": ["group": "", "names": noNames, "scope": "", "versions": nil],
            "status": ["conditions": nil, "acceptedNames": noNames, "storedVersions": nil],
        ],
        "Deployment": ["spec": ["selector": nil, "template": template, "strategy": [:]], "status": [:]],
        "EndpointSlice": ["addressType": "", "endpoints": nil, "ports": nil],
        "Event": [
            "involvedObject": [:], "source": [:], "firstTimestamp": nil, "lastTimestamp": nil, "eventTime": nil,
            "reportingComponent": "", "reportingInstance": "",
        ],
        "HorizontalPodAutoscaler": [
            "spec": ["scaleTargetRef": ["kind": "", "name": ""], "maxReplicas": 0],
            "status": ["currentReplicas": 0, "desiredReplicas": 0, "currentMetrics": nil, "conditions": nil],
        ],
        "Ingress": ["spec": [:], "status": ["loadBalancer": [:]]],
        "IngressClass": ["spec": [:]],
        "Job": ["spec": ["template": template], "status": [:]],
        "Lease": ["spec": [:]],
        "Namespace": ["spec": [:], "status": [:]],
        "Node": ["spec": [:], "status": ["daemonEndpoints": ["kubeletEndpoint": ["Port": 0]], "nodeInfo": nodeInfo]],
        "PersistentVolumeClaim": ["spec": ["resources": [:]], "status": [:]],
        "Pod": ["spec": ["containers": nil], "status": [:]],
        "PodDisruptionBudget": [
            "spec": [:],
            "status": ["disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0],
        ],
        "PodTemplate": ["template": template],
        "ReplicaSet": ["spec": ["selector": nil, "template": template], "status": ["replicas": 0]],
        "Service": ["spec": [:], "status": ["loadBalancer": [:]]],
    ]

    private static let nodeInfo: JSONValue = [
        "machineID": "", "systemUUID": "", "bootID": "", "kernelVersion": "", "osImage": "",
        "containerRuntimeVersion": "", "kubeletVersion": "", "kubeProxyVersion": "", "operatingSystem": "",
        "architecture": "",
    ]
}

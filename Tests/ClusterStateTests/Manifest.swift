import JSON
import KubernetesModel
import Testing

/// A manifest whose every field belongs to the kind's API.
struct Manifest: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var kind: ResourceKind
    var document: JSONValue

    static let all = [
        Manifest(testDescription: "canary with an ALB", kind: .rollout, document: canary),
        Manifest(testDescription: "two Ingresses", kind: .rollout, document: twoIngresses),
        Manifest(testDescription: "every field of the canary", kind: .rollout, document: rollout(everyCanaryField)),
        Manifest(testDescription: "every step", kind: .rollout, document: rollout(everyStep)),
        Manifest(testDescription: "blue-green", kind: .rollout, document: rollout(everyBlueGreenField)),
        Manifest(testDescription: "TargetGroupBinding", kind: .targetGroupBinding, document: binding),
        Manifest(testDescription: "IngressClassParams", kind: .ingressClassParams, document: classParameters),
    ]

    /// As in `examples/canary-alb`.
    static let canary = rollout([
        "replicas": 4, "revisionHistoryLimit": 3,
        "selector": ["matchLabels": ["app": "checkout"]],
        "template": [
            "metadata": ["labels": ["app": "checkout"]],
            "spec": [
                "terminationGracePeriodSeconds": 20,
                "containers": [
                    [
                        "name": "checkout", "image": "example.com/checkout:1.0",
                        "ports": [["name": "http", "containerPort": 8080]],
                        "env": [["name": "WEIR_STARTUP_SECONDS", "value": "1"]],
                        "readinessProbe": ["httpGet": ["path": "/healthz", "port": "http"], "periodSeconds": 1],
                        "lifecycle": ["preStop": ["exec": ["command": ["sleep", "2"]]]],
                    ]
                ],
            ],
        ],
        "strategy": [
            "canary": [
                "canaryService": "checkout-canary", "stableService": "checkout-stable", "scaleDownDelaySeconds": 4,
                "abortScaleDownDelaySeconds": 4,
                "trafficRouting": [
                    "alb": ["ingress": "checkout", "rootService": "checkout-root", "servicePort": 80]
                ],
                "steps": [
                    ["setWeight": 10], ["pause": ["duration": "4s"]], ["pause": ["duration": 4]], ["pause": [:]],
                ],
            ]
        ],
    ])

    /// As in `EndToEnd/manifests`.
    private static let twoIngresses = rollout([
        "strategy": [
            "canary": [
                "trafficRouting": [
                    "alb": [
                        "ingresses": ["public", "internal"], "servicePort": 8000, "annotationPrefix": "example.com",
                        "stickinessConfig": ["enabled": true, "durationSeconds": 3],
                    ]
                ]
            ]
        ]
    ])

    private static let everyCanaryField: JSONValue = [
        "workloadRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "scaleDown": "onsuccess"],
        "minReadySeconds": 5, "rollbackWindow": ["revisions": 3], "paused": false, "progressDeadlineSeconds": 60,
        "progressDeadlineAbort": true, "restartAt": "2026-01-01T00:00:00Z",
        "analysis": ["successfulRunHistoryLimit": 1, "unsuccessfulRunHistoryLimit": 2],
        "selector": ["matchExpressions": [["key": "app", "operator": "In", "values": ["a", "b"]]]],
        "strategy": [
            "canary": [
                "maxUnavailable": "25%", "maxSurge": 1,
                "analysis": ["templates": [["templateName": "errors"]], "startingStep": 2],
                "antiAffinity": ["requiredDuringSchedulingIgnoredDuringExecution": [:]],
                "canaryMetadata": ["labels": ["role": "canary"]],
                "stableMetadata": ["annotations": ["role": "stable"]],
                "scaleDownDelayRevisionLimit": 2, "dynamicStableScale": true,
                "pingPong": ["pingService": "ping", "pongService": "pong"], "minPodsPerReplicaSet": 2,
                "replicaProgressThreshold": ["type": "Percent", "value": 90],
                "trafficRouting": [
                    "istio": ["virtualService": ["name": "web", "routes": ["primary"]]],
                    "nginx": ["stableIngress": "web", "additionalIngressAnnotations": ["a": "b"]],
                    "smi": ["rootService": "web"], "ambassador": ["mappings": ["web"]],
                    "appMesh": ["virtualService": ["name": "web"]],
                    "traefik": ["weightedTraefikServiceName": "web"], "apisix": ["route": ["name": "web"]],
                    "plugins": ["example/router": ["anything": [1, "b"]]],
                    "managedRoutes": [["name": "header"]], "maxTrafficWeight": 1000,
                ],
            ]
        ],
    ]

    private static let everyStep: JSONValue = [
        "strategy": [
            "canary": [
                "steps": [
                    ["setWeight": 10], ["pause": ["duration": "1h"]],
                    [
                        "experiment": [
                            "duration": "5m", "templates": [["name": "a", "specRef": "canary", "weight": 5]],
                        ]
                    ],
                    ["analysis": ["templates": [["templateName": "t"]], "args": [["name": "a", "value": "b"]]]],
                    ["setCanaryScale": ["weight": 10]], ["setCanaryScale": ["replicas": 2]],
                    ["setCanaryScale": ["matchTrafficWeight": true]],
                    [
                        "setHeaderRoute": [
                            "name": "header",
                            "match": [["headerName": "X-Canary", "headerValue": ["exact": "yes"]]],
                        ]
                    ],
                    [
                        "setMirrorRoute": [
                            "name": "mirror", "percentage": 5,
                            "match": [
                                [
                                    "method": ["exact": "GET"], "path": ["prefix": "/"],
                                    "headers": ["agent": ["regex": "(.*)"]],
                                ]
                            ],
                        ]
                    ],
                    ["plugin": ["name": "example/step", "config": ["a": 1]]],
                ]
            ]
        ]
    ]

    private static let everyBlueGreenField: JSONValue = [
        "strategy": [
            "blueGreen": [
                "activeService": "active", "previewService": "preview", "previewReplicaCount": 1,
                "autoPromotionEnabled": false, "autoPromotionSeconds": 30, "maxUnavailable": 1,
                "scaleDownDelaySeconds": 30, "scaleDownDelayRevisionLimit": 2, "abortScaleDownDelaySeconds": 0,
                "prePromotionAnalysis": ["templates": [["templateName": "smoke"]]],
                "postPromotionAnalysis": ["templates": [["templateName": "errors", "clusterScope": true]]],
                "antiAffinity": ["preferredDuringSchedulingIgnoredDuringExecution": ["weight": 5]],
                "activeMetadata": ["labels": ["role": "active"]], "previewMetadata": ["labels": ["role": "preview"]],
            ]
        ]
    ]

    private static let binding: JSONValue = [
        "apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "TargetGroupBinding", "metadata": ["name": "web"],
        "spec": [
            "targetGroupARN": "arn", "targetGroupName": "web", "multiClusterTargetGroup": false, "targetType": "ip",
            "targetGroupProtocol": "HTTP", "serviceRef": ["name": "web", "port": 80],
            "networking": [
                "ingress": [
                    [
                        "from": [["ipBlock": ["cidr": "10.0.0.0/8"]], ["securityGroup": ["groupID": "sg-1"]]],
                        "ports": [["protocol": "TCP", "port": "http"]],
                    ]
                ]
            ],
            "nodeSelector": ["matchLabels": ["a": "b"]], "ipAddressType": "ipv4", "vpcID": "vpc-1",
            "iamRoleArnToAssume": "arn", "assumeRoleExternalId": "id",
        ],
    ]

    private static let classParameters: JSONValue = [
        "apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "IngressClassParams", "metadata": ["name": "alb"],
        "spec": [
            "loadBalancerName": "web", "certificateArn": ["arn"], "namespaceSelector": ["matchLabels": ["a": "b"]],
            "group": ["name": "g"], "scheme": "internal", "inboundCIDRs": ["10.0.0.0/8"], "sslPolicy": "p",
            "sslRedirectPort": "443", "subnets": ["ids": ["subnet-1"], "tags": ["tier": ["public"]]],
            "ipAddressType": "ipv4", "tags": [["key": "a", "value": "b"]], "targetType": "ip",
            "loadBalancerAttributes": [["key": "idle_timeout.timeout_seconds", "value": "10"]],
            "listeners": [
                ["protocol": "HTTP", "port": 80, "listenerAttributes": [["key": "a", "value": "b"]]]
            ],
            "minimumLoadBalancerCapacity": ["capacityUnits": 100],
            "ipamConfiguration": ["ipv4IPAMPoolId": "pool"], "prefixListsIDs": ["pl-1"], "PrefixListsIDs": ["pl-1"],
            "wafv2AclArn": "arn", "wafv2AclName": "acl",
        ],
    ]

    private static func rollout(_ spec: JSONValue) -> JSONValue {
        [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": ["name": "checkout"], "spec": spec,
        ]
    }
}

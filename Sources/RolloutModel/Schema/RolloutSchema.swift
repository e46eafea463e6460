package import KubernetesModel

/// The schema of the Rollout resource. Source: the field reference of the Argo Rollouts API, `argoproj.io/v1alpha1`.
///
/// What belongs to analysis, experiments, plugins and the routers of others is kept whatever it says, and so are
/// pods' specs and the status.
package enum RolloutSchema {
    /// The schema of whole Rollouts.
    package static let root = FieldSchema.root(
        "A workload whose versions replace each other step by step.", spec: spec,
        status: .open("What was observed last. Written by the controller."))

    private static let spec = FieldSchema.object(
        "What is wanted.",
        [
            "replicas": .integer("Number of pods wanted; 1 when not set."),
            "selector": .labelSelector("The pods that belong to the Rollout. Cannot be changed."),
            "template": template,
            "workloadRef": .object(
                "Another workload to take the pod template from.",
                [
                    "apiVersion": .string("The group and version of the workload."),
                    "kind": .string("Deployment, ReplicaSet or PodTemplate."),
                    "name": .string("The name of the workload."),
                    "scaleDown": .string("When the workload itself goes: never, onsuccess or progressively."),
                ]),
            "minReadySeconds": .integer("Seconds that a pod must be ready for before it counts as available."),
            "rollbackWindow": .object(
                "Versions so recent that going back to them skips all steps.",
                ["revisions": .integer("Number of such versions; 0 for none.")]),
            "strategy": .object(
                "How one version takes over from another: exactly one of the fields.",
                ["blueGreen": blueGreen, "canary": canary]),
            "revisionHistoryLimit": .integer("Number of old ReplicaSets to keep; 10 when not set."),
            "paused": .boolean("Whether the user stops the Rollout where it is."),
            "progressDeadlineSeconds": .integer(
                "Seconds without progress after which it is degraded; 600 when not set."),
            "progressDeadlineAbort": .boolean("Whether a missed deadline takes the update back."),
            "restartAt": .string("Pods older than this time (RFC 3339) are replaced."),
            "analysis": .object(
                "How many finished analysis runs are kept.",
                [
                    "successfulRunHistoryLimit": .integer("Number of successful ones; 5 when not set."),
                    "unsuccessfulRunHistoryLimit": .integer("Number of the others; 5 when not set."),
                ]),
        ])

    private static let template = FieldSchema.object(
        "The pods to run.",
        [
            "metadata": .open("Labels and annotations of the pods."),
            "spec": .open("The pods' specification, as in any workload."),
        ])

    private static let blueGreen = FieldSchema.object(
        "The new version runs beside the old one, and takes all traffic at once.",
        [
            "activeService": .string("The Service with the traffic."),
            "previewService": .string("The Service that leads to the new version before it is active."),
            "previewReplicaCount": .integer("Number of pods of the new version before it is active; all when not set."),
            "autoPromotionEnabled": .boolean("Whether the new version becomes active by itself; true when not set."),
            "autoPromotionSeconds": .integer("Seconds to wait before it does."),
            "maxUnavailable": .intOrString("Pods, or a percentage, that a restart may take away at once."),
            "scaleDownDelaySeconds": .integer("Seconds that the old version keeps its pods; 30 when not set."),
            "scaleDownDelayRevisionLimit": .integer("Number of old versions that may keep their pods."),
            "abortScaleDownDelaySeconds": .integer("Seconds that an aborted version keeps its pods; 0 for ever."),
            "prePromotionAnalysis": .open("Analysis before the new version is active."),
            "postPromotionAnalysis": .open("Analysis after the new version is active."),
            "antiAffinity": .open("Whether versions keep away from each other's nodes."),
            "activeMetadata": .podMetadata("What pods have while they are active."),
            "previewMetadata": .podMetadata("What pods have while they are not active yet."),
        ])

    private static let canary = FieldSchema.object(
        "The new version takes traffic in steps.",
        [
            "canaryService": .string("The Service that leads to the new version."),
            "stableService": .string("The Service that leads to the version before it."),
            "steps": .list("What to do one after the other; each has one of the fields.", of: step),
            "trafficRouting": trafficRouting,
            "maxUnavailable": .intOrString(
                "Pods, or a percentage rounded down, that may be missing; 25% when not set."),
            "maxSurge": .intOrString("Pods, or a percentage rounded up, beyond the wanted ones; 25% when not set."),
            "analysis": .open("Analysis in the background of the steps."),
            "antiAffinity": .open("Whether versions keep away from each other's nodes."),
            "canaryMetadata": .podMetadata("What pods have while they are the canary."),
            "stableMetadata": .podMetadata("What pods have while they are stable."),
            "scaleDownDelaySeconds": .integer("Seconds that the old version keeps its pods; only with trafficRouting."),
            "scaleDownDelayRevisionLimit": .integer("Number of old versions that may keep their pods."),
            "abortScaleDownDelaySeconds": .integer("Seconds that an aborted canary keeps its pods; 0 for ever."),
            "dynamicStableScale": .boolean("Whether the stable version shrinks while the canary grows."),
            "pingPong": .object(
                "Two Services that take turns at being stable.",
                [
                    "pingService": .string("The one Service."), "pongService": .string("The other Service."),
                ]),
            "minPodsPerReplicaSet": .integer("The least number of pods of a version that has any."),
            "replicaProgressThreshold": .object(
                "How many pods of a version suffice for the next step.",
                ["type": .string("Percent or Pods."), "value": .integer("Pods, or percent of them.")]),
        ])
}

extension RolloutSchema {
    private static let step = FieldSchema.object(
        "",
        [
            "setWeight": .integer("Percent of the traffic for the canary."),
            "pause": .object(
                "A wait.",
                ["duration": .intOrString("Seconds, or a duration such as 5m; until it is resumed when not set.")]),
            "experiment": .open("Versions to run beside each other for a while."),
            "analysis": .open("Analysis to wait for."),
            "setCanaryScale": .object(
                "Pods of the canary, apart from its traffic.",
                [
                    "weight": .integer("Percent of the wanted pods."), "replicas": .integer("Number of pods."),
                    "matchTrafficWeight": .boolean("Whether to follow the traffic's weight again."),
                ]),
            "setHeaderRoute": .object(
                "Requests with certain headers go to the canary.",
                [
                    "name": .string("One of trafficRouting.managedRoutes."),
                    "match": .list(
                        "The headers; without any the route is removed.",
                        of: .object(
                            "",
                            ["headerName": .string("The header."), "headerValue": textMatch])),
                ]),
            "setMirrorRoute": .object(
                "The canary gets copies of requests.",
                [
                    "name": .string("One of trafficRouting.managedRoutes."),
                    "match": .list(
                        "The requests; without any the route is removed.",
                        of: .object(
                            "",
                            [
                                "method": textMatch, "path": textMatch,
                                "headers": .map("The headers by name.", of: textMatch),
                            ])),
                    "percentage": .integer("Percent of these requests."),
                ]),
            "plugin": .open("A step of a plugin: its name and config."),
        ])

    private static let textMatch = FieldSchema.object(
        "The text to look for: exactly one of the fields.",
        [
            "exact": .string("The whole text."), "prefix": .string("Its beginning."),
            "regex": .string("A regular expression."),
        ])

    private static let trafficRouting = FieldSchema.object(
        "Who splits the traffic; without it the numbers of pods do.",
        [
            "alb": .object(
                "An AWS Application Load Balancer.",
                [
                    "ingress": .string("The Ingress of the load balancer."),
                    "ingresses": .strings("Several Ingresses, instead of ingress."),
                    "servicePort": .integer("The port of the Services."),
                    "rootService": .string("The Service that the Ingress names; stableService when not set."),
                    "annotationPrefix": .string(
                        "Of the Ingress's annotations; alb.ingress.kubernetes.io when not set."),
                    "stickinessConfig": .object(
                        "Whether clients stay with the version they got first.",
                        [
                            "enabled": .boolean("Whether they do."),
                            "durationSeconds": .integer("For how many seconds."),
                        ]),
                ]),
            "istio": .open("Istio."),
            "nginx": .open("The NGINX Ingress controller."),
            "smi": .open("A Service Mesh Interface."),
            "ambassador": .open("Ambassador."),
            "appMesh": .open("AWS App Mesh."),
            "traefik": .open("Traefik."),
            "apisix": .open("Apache APISIX."),
            "plugins": .open("Routers by the name of their plugin."),
            "managedRoutes": .list(
                "The routes that steps may make, the first wins.", of: .object("", ["name": .string("The name.")])),
            "maxTrafficWeight": .integer("What setWeight counts as everything; 100 when not set."),
        ])
}

extension HashCorpus {
    /// One template per kind of field that users set, with the hash it had when it was added.
    static let fields = [
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"containers":[{"name":"a","image":"nginx:1.25"}],"initContainers":[{"name":"i",
                 "image":"busybox","command":["sh","-c","true"]}]}}
                """#,
            hash: "667dfff848"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"containers":[{"name":"a","image":"nginx"},{"name":"b","image":"envoy:v1",
                 "args":["--x=<y>"]}]}}
                """#,
            hash: "5c8dc76f58"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"serviceAccountName":"web",
                 "containers":[{"name":"a","image":"nginx"}]}}
                """#,
            hash: "6cb5b96c5d"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"nodeSelector":{"disk":"ssd"},"tolerations":[{"key":"spot","operator":"Exists"}],
                 "containers":[{"name":"a","image":"nginx"}]}}
                """#,
            hash: "7c5b6f4544"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"containers":[{"name":"a","image":"nginx","resources":{"limits":{"memory":"1Gi"},
                 "requests":{"cpu":"250m"}}}]}}
                """#,
            hash: "798d5b68b9"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"containers":[{"name":"a","image":"nginx","envFrom":[{"configMapRef":{"name":"c"}}]}]}}
                """#,
            hash: "776c45495"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"containers":[{"name":"a","image":"nginx",
                 "lifecycle":{"preStop":{"exec":{"command":["sleep","5"]}}}}],
                 "terminationGracePeriodSeconds":60}}
                """#,
            hash: "cb55ddf94"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"containers":[{"name":"a","image":"nginx","livenessProbe":{"tcpSocket":{"port":80}},
                 "startupProbe":{"httpGet":{"port":"http"},"failureThreshold":30}}]}}
                """#,
            hash: "7d4b5fbfd7"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"readinessGates":[{"conditionType":"target-health.elbv2.k8s.aws/x"}],
                 "containers":[{"name":"a","image":"nginx"}]}}
                """#,
            hash: "67d57599f9"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"securityContext":{"runAsNonRoot":true},
                 "containers":[{"name":"a","image":"nginx","securityContext":{"readOnlyRootFilesystem":true}}]}}
                """#,
            hash: "647897774d"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"volumes":[{"name":"s","secret":{"secretName":"t"}},{"name":"p",
                 "persistentVolumeClaim":{"claimName":"d"}}],
                 "containers":[{"name":"a","image":"nginx","volumeMounts":[{"name":"s","mountPath":"/s",
                 "readOnly":true}]}]}}
                """#,
            hash: "7cdd5b7884"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,
                 "podAffinityTerm":{"topologyKey":"zone","labelSelector":{"matchLabels":{"app":"a"}}}}]}},
                 "containers":[{"name":"a","image":"nginx"}]}}
                """#,
            hash: "649f6dcb46"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone",
                 "whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"app":"a"}}}],
                 "containers":[{"name":"a","image":"nginx"}]}}
                """#,
            hash: "7997b7fd85"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"},"annotations":{"checksum/config":"0f3a",
                 "prometheus.io/scrape":"true"}},
                 "spec":{"containers":[{"name":"a","image":"nginx"}]}}
                """#,
            hash: "85f9bc669d"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"hostNetwork":true,"dnsPolicy":"ClusterFirstWithHostNet",
                 "containers":[{"name":"a","image":"nginx"}]}}
                """#,
            hash: "5ff79d8985"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"imagePullSecrets":[{"name":"r"}],
                 "containers":[{"name":"a",
                 "image":"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:00"}]}}
                """#,
            hash: "bb49c6b48"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"ä €"}},
                 "spec":{"containers":[{"name":"a","image":"nginx","env":[{"name":"T","value":"é & <b>"}]}]}}
                """#,
            hash: "7d55bd5bd8"),
        Entry(
            template: #"""
                {"metadata":{"labels":{"app":"a"}},
                 "spec":{"containers":[{"name":"a","image":"nginx","ports":[{"containerPort":53,
                 "protocol":"UDP"}]}],"hostAliases":[{"ip":"10.0.0.1","hostnames":["db"]}]}}
                """#,
            hash: "5bbc7f99cc"),
    ]
}

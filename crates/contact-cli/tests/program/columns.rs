//! `--columns`: which columns a list has.

use contact_testing::Backend;

use crate::stage::Stage;

async fn stage() -> Stage {
    let stage = Stage::start_as_admin(Backend::Sqlite).await;
    stage.id(&["custom-field", "create", "Plan"]).await;
    let jane = ["create", "--full-name", "jane doe", "--tag", "vip", "--tag", "lead", "--field", "Plan=gold"];
    stage.id(&jane).await;
    stage
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_has_the_chosen_columns() {
    let stage = stage().await;
    let list = ["list", "--output", "table", "--columns", "name,tags,custom_fields.Plan,last_name"];
    let expected = "NAME      TAGS       CUSTOM_FIELDS.PLAN  LAST_NAME\n\
                    Jane Doe  vip, lead  gold                Doe\n";
    assert_eq!(stage.run(&list).await.text(), expected);
    let deleted = ["list", "--deleted", "--output", "table", "--columns", "deleted_at"];
    assert_eq!(stage.run(&deleted).await.text(), "DELETED_AT\n");
    let fields = ["custom-field", "list", "--output", "table", "--columns", "name"];
    assert_eq!(stage.run(&fields).await.text(), "NAME\nPlan\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn csv_has_the_chosen_columns() {
    let stage = stage().await;
    let list = ["list", "--output", "csv", "--columns", "email,custom_fields.Plan", "--columns", "name"];
    assert_eq!(stage.run(&list).await.text(), "email,custom_fields.Plan,name\n,gold,Jane Doe\n");
    let none = ["list", "--search", "nobody", "--output", "csv", "--columns", "name"];
    assert_eq!(stage.run(&none).await.text(), "name\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_column_is_refused_with_a_similar_one() {
    let stage = stage().await;
    for (list, near) in [
        (&["list", "--columns", "name,tgas"][..], "`tags`"),
        (&["list", "--columns", "frist_name"], "`first_name`"),
        (&["agent", "list", "--columns", "nmae"], "`name`"),
        (&["custom-field", "list", "--columns", "tpye"], "`type`"),
        (&["tag", "list", "--columns", "contact"], "`contacts`"),
    ] {
        let refused = stage.run(&[list, &["--output", "table"]].concat()).await.refusal(2);
        assert!(refused.contains("unknown column") && refused.contains(near), "{list:?}: {refused}");
    }
    let agents = ["agent", "list", "--output", "table", "--columns", "custom_fields.Plan"];
    assert!(stage.run(&agents).await.refusal(2).contains("the columns are id, name, active"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_are_refused_for_formats_without_columns() {
    let stage = stage().await;
    for output in ["json", "ndjson", "yaml"] {
        let refused = stage.run(&["list", "--columns", "name", "--output", output]).await.refusal(2);
        assert!(refused.contains("--output csv"), "{refused}");
    }
    stage.run(&["list", "--columns", "name", "--quiet"]).await.refusal(2);
}
